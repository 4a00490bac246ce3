package pivm.engine.report;

/**
 * Text of others, fit for a terminal. Descriptions, names and log lines may hold anything, also
 * what a terminal takes for a command, or a line that looks like one of ours.
 */
public final class Printable {
  private static final char PICTURES = '\u2400';
  private static final char DELETE = '\u007f';

  /** The text with a sign for every control character but line breaks. */
  public static String text(String text) {
    return isPlain(text) ? text : shown(text, '\n');
  }

  /** The same on one line: line breaks are signs too. */
  public static String line(String text) {
    return isPlain(text) && text.indexOf('\n') < 0 ? text : shown(text, '\u21b5');
  }

  private static boolean isPlain(String text) {
    return text.chars().allMatch(one -> one == '\n' || !Character.isISOControl(one));
  }

  private static String shown(String text, char lineBreak) {
    var shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char one = text.charAt(i);
      if (one == '\n') {
        shown.append(lineBreak);
      } else if (!Character.isISOControl(one)) {
        shown.append(one);
      } else {
        shown.append(one < ' ' ? (char) (PICTURES + one) : one == DELETE ? '\u2421' : '\ufffd');
      }
    }
    return shown.toString();
  }

  private Printable() {}
}
