package pivm.engine.manifest;

import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/** What is wrong with a text that is not JSON, in words for a person. */
public final class JsonFault {
  /** The reader's remarks on where its text came from, which say nothing to anybody. */
  private static final Pattern SOURCE = Pattern.compile(" \\([^(]*\\[Source: [^\\]]*\\]\\)");

  /** The reader's message, without place: that is told separately. */
  public static String words(JacksonException malformed) {
    return SOURCE.matcher(String.valueOf(malformed.getOriginalMessage())).replaceAll("");
  }

  private JsonFault() {}
}
