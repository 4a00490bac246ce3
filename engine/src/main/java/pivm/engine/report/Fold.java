package pivm.engine.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Breaks text into lines of a width: at spaces where there are any, else after a sign that divides
 * a long word, else anywhere.
 */
final class Fold {
  private static final String DIVIDING = "/,;:=._-";

  static List<String> fold(String text, int width) {
    int room = Math.max(width, 8);
    var lines = new ArrayList<String>();
    for (String part : text.split("\n", -1)) {
      String rest = part;
      while (rest.length() > room) {
        int space = rest.lastIndexOf(' ', room);
        int end = space > 0 ? space : insideWord(rest, room);
        lines.add(rest.substring(0, end));
        rest = rest.substring(space > 0 ? end + 1 : end);
      }
      lines.add(rest);
    }
    return lines;
  }

  /** The last place behind a dividing sign in the second half of the line. */
  private static int insideWord(String word, int room) {
    for (int end = room; end > room / 2; end--) {
      if (DIVIDING.indexOf(word.charAt(end - 1)) >= 0) {
        return end;
      }
    }
    return room;
  }

  private Fold() {}
}
