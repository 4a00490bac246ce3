package pivm.engine.manifest;

import java.util.ArrayList;
import java.util.List;

/**
 * What stands between two values: comments, blanks, and at most one comma (or colon).
 *
 * @param comma where the comma is, -1 when there is none
 * @param newlines line breaks after the last comment
 */
record Gap(List<Comment> comments, int comma, int newlines) {

  /**
   * A comment.
   *
   * @param start where it begins in the whole text
   * @param text with its marks, without the line break that ends a line comment
   * @param newlines line breaks between it and what stands before it in the gap
   * @param trailing whether it belongs to the value before the gap: it begins on that value's line,
   *     and no other value follows it there
   */
  record Comment(int start, String text, int newlines, boolean trailing) {
    int end() {
      return start + text.length();
    }
  }

  /** Reads the gap between two offsets, inclusive and exclusive. */
  static Gap read(String text, int from, int to) {
    return new Scan(text, to).read(from);
  }

  List<Comment> trailing() {
    return comments.stream().filter(Comment::trailing).toList();
  }

  List<Comment> leading() {
    return comments.stream().filter(comment -> !comment.trailing()).toList();
  }

  private static final class Scan {
    private final String text;
    private final int to;
    private final List<Comment> comments = new ArrayList<>();
    private int comma = -1;
    private int newlines;
    private boolean firstLine = true;

    Scan(String text, int to) {
      this.text = text;
      this.to = to;
    }

    Gap read(int from) {
      int at = from;
      while (at < to) {
        switch (text.charAt(at)) {
          case '\n' -> {
            newlines++;
            firstLine = false;
            at++;
          }
          case '/' -> at = comment(at);
          case ',' -> comma = at++;
          default -> at++;
        }
      }
      return new Gap(comments, comma, newlines);
    }

    private int comment(int at) {
      boolean line = text.charAt(at + 1) == '/';
      int found = line ? text.indexOf('\n', at) : text.indexOf("*/", at) + 2;
      int end = found < 0 ? to : Math.min(found, to);
      if (line && end > at && text.charAt(end - 1) == '\r') {
        end--;
      }
      boolean trailing = firstLine && (comma < 0 || lineEnds(end));
      comments.add(new Comment(at, text.substring(at, end), newlines, trailing));
      newlines = 0;
      return end;
    }

    /** Whether nothing but comments follows on the line, and the gap goes on after it. */
    private boolean lineEnds(int from) {
      int at = from;
      while (at < to && text.charAt(at) != '\n') {
        if (text.startsWith("//", at)) {
          return true;
        }
        at = text.startsWith("/*", at) ? text.indexOf("*/", at + 2) + 2 : at + 1;
      }
      return at < to;
    }
  }
}
