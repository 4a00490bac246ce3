package pivm.cli;

import java.util.Map;

/**
 * Which streams are terminals, and what they can show.
 *
 * @param width in columns
 * @param colour whether escape sequences may be used on a stream that is a terminal
 */
public record Terminal(boolean in, boolean out, boolean err, int width, boolean colour) {

  private static final int USUAL_WIDTH = 80;
  private static final int WIDTH_OF_FILES = 120;

  /** No terminal at all: what programs, pipes and timers get. */
  public static Terminal none() {
    return new Terminal(false, false, false, WIDTH_OF_FILES, false);
  }

  /**
   * @param streams the numbers of the streams that are terminals, as the launcher found them
   * @param columns the terminal's width; empty when not known
   */
  static Terminal of(String streams, String columns, Map<String, String> environment) {
    boolean out = streams.contains("1");
    boolean plain =
        !environment.getOrDefault("NO_COLOR", "").isEmpty()
            || "dumb".equals(environment.get("TERM"));
    return new Terminal(
        streams.contains("0"),
        out,
        streams.contains("2"),
        width(columns, environment, out),
        !plain);
  }

  private static int width(String columns, Map<String, String> environment, boolean terminal) {
    String text = columns.isEmpty() ? environment.getOrDefault("COLUMNS", "") : columns;
    try {
      int width = Integer.parseInt(text);
      return width < 20 ? USUAL_WIDTH : width;
    } catch (NumberFormatException unknown) {
      return terminal ? USUAL_WIDTH : WIDTH_OF_FILES;
    }
  }
}
