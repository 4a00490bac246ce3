package pivm.engine.manifest;

import org.jspecify.annotations.Nullable;

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

  /**
   * Reads {@code env:NAME}, {@code file:PATH} or {@code systemd:NAME}.
   *
   * @return null when the text is none of them
   */
  public static @Nullable SecretReference parse(String text) {
    for (Source source : Source.values()) {
      String prefix = source.word() + ":";
      if (text.startsWith(prefix) && text.length() > prefix.length()) {
        return new SecretReference(source, text.substring(prefix.length()));
      }
    }
    return null;
  }

  /** As it stands in a manifest: {@code env:NAME}. */
  @Override
  public String toString() {
    return source.word() + ":" + locator;
  }
}
