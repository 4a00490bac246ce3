package pivm.simulator.network;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code diff -b -N -u} prints for two short texts. */
public final class UnifiedDiff {
  private static final int CONTEXT = 3;

  private UnifiedDiff() {}

  /** A line of both (blank), the old one (minus) or the new one (plus). */
  private record Edit(char sign, String text) {}

  /**
   * The diff.
   *
   * @param head its first two lines
   * @return null when the texts are the same but for blanks
   */
  public static @Nullable String of(String head, String before, String after) {
    List<Edit> edits = edits(before.lines().toList(), after.lines().toList());
    var out = new StringBuilder(head);
    int old = 0;
    int now = 0;
    int at = 0;
    boolean any = false;
    while (at < edits.size()) {
      if (edits.get(at).sign() == ' ' && !near(edits, at)) {
        old++;
        now++;
        at++;
        continue;
      }
      int end = at;
      while (end < edits.size() && (edits.get(end).sign() != ' ' || near(edits, end))) {
        end++;
      }
      List<Edit> hunk = edits.subList(at, end);
      int less = (int) hunk.stream().filter(edit -> edit.sign() != '+').count();
      int more = (int) hunk.stream().filter(edit -> edit.sign() != '-').count();
      out.append("@@ -" + range(old, less) + " +" + range(now, more) + " @@\n");
      hunk.forEach(edit -> out.append(edit.sign()).append(edit.text()).append('\n'));
      old += less;
      now += more;
      at = end;
      any = true;
    }
    return any ? out.toString() : null;
  }

  private static String range(int from, int count) {
    int start = count == 0 ? from : from + 1;
    return count == 1 ? Integer.toString(start) : start + "," + count;
  }

  private static boolean near(List<Edit> edits, int at) {
    int from = Math.max(0, at - CONTEXT);
    int to = Math.min(edits.size(), at + CONTEXT + 1);
    return edits.subList(from, to).stream().anyMatch(edit -> edit.sign() != ' ');
  }

  private static List<Edit> edits(List<String> before, List<String> after) {
    int[][] common = new int[before.size() + 1][after.size() + 1];
    for (int i = before.size() - 1; i >= 0; i--) {
      for (int j = after.size() - 1; j >= 0; j--) {
        common[i][j] =
            same(before.get(i), after.get(j))
                ? common[i + 1][j + 1] + 1
                : Math.max(common[i + 1][j], common[i][j + 1]);
      }
    }
    List<Edit> edits = new ArrayList<>();
    int i = 0;
    int j = 0;
    while (i < before.size() || j < after.size()) {
      if (i < before.size() && j < after.size() && same(before.get(i), after.get(j))) {
        edits.add(new Edit(' ', before.get(i++)));
        j++;
      } else if (j == after.size() || (i < before.size() && common[i + 1][j] >= common[i][j + 1])) {
        edits.add(new Edit('-', before.get(i++)));
      } else {
        edits.add(new Edit('+', after.get(j++)));
      }
    }
    join(edits);
    return edits;
  }

  /** Like diff, moves lines that were added up to others, where that says the same. */
  private static void join(List<Edit> edits) {
    for (int start = 2; start < edits.size(); start++) {
      int end = start;
      while (end < edits.size() && edits.get(end).sign() == '+') {
        end++;
      }
      Edit between = edits.get(start - 1);
      if (end > start
          && between.sign() == ' '
          && edits.get(start - 2).sign() != ' '
          && same(between.text(), edits.get(end - 1).text())) {
        edits.remove(start - 1);
        edits.set(end - 2, between);
        edits.add(start - 1, new Edit('+', between.text()));
      }
      start = Math.max(start, end - 1);
    }
  }

  /** The amount of blanks makes no difference. */
  private static boolean same(String one, String other) {
    return one.stripTrailing()
        .replaceAll("\\s+", " ")
        .equals(other.stripTrailing().replaceAll("\\s+", " "));
  }
}
