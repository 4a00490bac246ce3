package pivm.engine.manifest;

/**
 * Where a secret is kept. The secret itself is only read by the step that sends it.
 *
 * @param locator the variable, path or credential name
 */
public record SecretReference(Source source, String locator) {

  /** The places a secret can come from. */
  public enum Source {
    /** An environment variable. */
    ENV("env"),
    /** A file that holds nothing else; one trailing line break is not part of it. */
    FILE("file"),
    /** A systemd credential of the running unit. */
    SYSTEMD("systemd");

    private final String word;

    Source(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** As it stands in a manifest: {@code env:NAME}. */
  @Override
  public String toString() {
    return source.word() + ":" + locator;
  }
}
