package pivm.engine.image.source;

/** Hears how far a transfer has come. */
@FunctionalInterface
public interface Progress {

  /**
   * @param done bytes
   * @param total bytes; negative when not known
   */
  void at(long done, long total);

  static Progress silent() {
    return (_, _) -> {};
  }
}
