package pivm.engine.report;

import java.util.ArrayList;
import java.util.List;

/** Breaks text into lines of a width: at spaces where there are any, else inside words. */
final class Fold {

  static List<String> fold(String text, int width) {
    int room = Math.max(width, 8);
    var lines = new ArrayList<String>();
    for (String part : text.split("\n", -1)) {
      String rest = part;
      while (rest.length() > room) {
        int space = rest.lastIndexOf(' ', room);
        int end = space > 0 ? space : room;
        lines.add(rest.substring(0, end));
        rest = rest.substring(space > 0 ? end + 1 : end);
      }
      lines.add(rest);
    }
    return lines;
  }

  private Fold() {}
}
