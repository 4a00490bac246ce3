package pivm.engine.manifest;

/**
 * Something wrong, or doubtful, in a manifest.
 *
 * @param subject the entry it is in, such as {@code lxc 210 proxy-01}; empty when it is in none
 * @param message what is wrong and what to do about it
 */
public record Finding(Severity severity, Place place, String subject, String message) {

  /** Whether the manifest can be used all the same. */
  public enum Severity {
    ERROR,
    WARNING
  }

  @Override
  public String toString() {
    return place + ": " + (subject.isEmpty() ? "" : subject + ": ") + message;
  }
}
