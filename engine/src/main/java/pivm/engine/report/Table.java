package pivm.engine.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import pivm.proxmox.json.Json;

/**
 * A table for people and programs.
 *
 * @param columns their titles; a program finds a row's cells under their lower-case form
 * @param rows cells as text, as many as there are columns
 */
public record Table(List<String> columns, List<List<String>> rows) {
  private static final String GAP = "  ";

  public Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
  }

  /** Collects rows. */
  public static Builder of(String... columns) {
    return new Builder(List.of(columns));
  }

  /** Collects the rows of a table. */
  public static final class Builder {
    private final List<String> columns;
    private final List<List<String>> rows = new ArrayList<>();

    private Builder(List<String> columns) {
      this.columns = columns;
    }

    public Builder row(String... cells) {
      rows.add(Stream.of(cells).map(Printable::text).toList());
      return this;
    }

    public Table build() {
      return new Table(columns, rows);
    }
  }

  /**
   * For a terminal. Cells that do not fit are folded below themselves, never cut; the widest column
   * gives way first.
   */
  public String text(int width, Style style) {
    int[] widths = fitted(width);
    var text = new StringBuilder();
    line(text, columns, widths, style, true);
    for (List<String> row : rows) {
      List<List<String>> folded = new ArrayList<>();
      int height = 1;
      for (int i = 0; i < columns.size(); i++) {
        List<String> lines = Fold.fold(row.get(i), widths[i]);
        folded.add(lines);
        height = Math.max(height, lines.size());
      }
      for (int y = 0; y < height; y++) {
        var cells = new ArrayList<String>();
        for (List<String> lines : folded) {
          cells.add(y < lines.size() ? lines.get(y) : "");
        }
        line(text, cells, widths, style, false);
      }
    }
    return text.toString();
  }

  private int[] fitted(int width) {
    int[] widths = new int[columns.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = columns.get(i).length();
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    int room = width - GAP.length() * (widths.length - 1);
    for (int over = sum(widths) - room; over > 0; over--) {
      int widest = 0;
      for (int i = 1; i < widths.length; i++) {
        widest = widths[i] > widths[widest] ? i : widest;
      }
      if (widths[widest] <= 8) {
        break;
      }
      widths[widest]--;
    }
    return widths;
  }

  private static int sum(int[] numbers) {
    int sum = 0;
    for (int number : numbers) {
      sum += number;
    }
    return sum;
  }

  private static void line(
      StringBuilder text, List<String> cells, int[] widths, Style style, boolean title) {
    var line = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      line.append(i == 0 ? "" : GAP).append(cells.get(i));
      line.append(" ".repeat(Math.max(0, widths[i] - cells.get(i).length())));
    }
    String trimmed = line.toString().stripTrailing();
    text.append(title ? style.strong(trimmed) : trimmed).append('\n');
  }

  /** As a Markdown table. */
  public String markdown() {
    var text = new StringBuilder();
    text.append("| ").append(String.join(" | ", columns)).append(" |\n");
    text.append("|").append(" --- |".repeat(columns.size())).append('\n');
    for (List<String> row : rows) {
      text.append("| ");
      text.append(
          String.join(
              " | ",
              row.stream().map(cell -> cell.replace("|", "\\|").replace("\n", " ")).toList()));
      text.append(" |\n");
    }
    return text.toString();
  }

  /** As an array of objects. */
  public Json.Arr json() {
    var array = new ArrayList<Json>();
    for (List<String> row : rows) {
      Json.Builder object = Json.object();
      for (int i = 0; i < columns.size(); i++) {
        object.put(columns.get(i).toLowerCase(java.util.Locale.ROOT), row.get(i));
      }
      array.add(object.build());
    }
    return Json.array(array);
  }
}
