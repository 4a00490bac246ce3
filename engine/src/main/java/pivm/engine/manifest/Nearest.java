package pivm.engine.manifest;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds the name that was probably meant. */
public final class Nearest {
  private Nearest() {}

  /** {@code ; did you mean NAME?}, or nothing when no name is near. */
  static String hint(String written, Iterable<String> names) {
    String name = find(written, names);
    return name == null ? "" : "; did you mean " + name + "?";
  }

  /**
   * The nearest name, null when none is near.
   *
   * @param names with {@code [n]} at the end where a number follows
   */
  public static @Nullable String find(String written, Iterable<String> names) {
    int digits = written.length();
    while (digits > 0 && Character.isDigit(written.charAt(digits - 1))) {
      digits--;
    }
    String number = written.substring(digits);
    String best = null;
    int least = 1 + Math.max(1, Math.min(3, written.length() / 3));
    for (String name : names) {
      boolean numbered = name.endsWith("[n]");
      String candidate =
          numbered
              ? name.substring(0, name.length() - 3) + (number.isEmpty() ? "0" : number)
              : name;
      int distance = distance(fold(written), fold(candidate), least);
      if (distance < least) {
        least = distance;
        best = candidate;
      }
    }
    return best;
  }

  private static String fold(String name) {
    return name.toLowerCase(Locale.ROOT).replace('-', '_');
  }

  /** Insertions, deletions, replacements and swaps of neighbours between two names. */
  private static int distance(String from, String to, int bound) {
    if (Math.abs(from.length() - to.length()) >= bound) {
      return bound;
    }
    var rows = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        rows[i][j] = i == 0 || j == 0 ? i + j : step(rows, from, to, i, j);
      }
    }
    return rows[from.length()][to.length()];
  }

  private static int step(int[][] rows, String from, String to, int i, int j) {
    boolean same = from.charAt(i - 1) == to.charAt(j - 1);
    int least =
        Math.min(rows[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
    boolean swapped =
        i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1);
    return swapped ? Math.min(least, rows[i - 2][j - 2] + 1) : least;
  }
}
