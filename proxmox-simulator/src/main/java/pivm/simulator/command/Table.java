package pivm.simulator.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import pivm.simulator.json.Doc;
import pivm.simulator.json.JsonOut;

/** The tables with borders that {@code pvesh} draws. */
final class Table {
  private Table() {}

  /** One object: its members under each other. */
  static String of(Doc doc) {
    List<List<String>> rows = new ArrayList<>();
    members(doc).forEach((name, value) -> rows.add(List.of(name, value)));
    return draw(List.of("key", "value"), rows);
  }

  private static Map<String, String> members(Doc doc) {
    var members = new TreeMap<String, String>();
    doc.entries().forEach(e -> members.put(e.getKey(), text(e.getValue())));
    return members;
  }

  private static String text(@org.jspecify.annotations.Nullable Object value) {
    return value instanceof Doc || value instanceof List<?>
        ? JsonOut.writeSorted(value)
        : value == null ? "" : value.toString();
  }

  /** A list of objects: a column for each member. */
  static String of(List<?> list) {
    var names = new TreeSet<String>();
    for (var item : list) {
      if (item instanceof Doc doc) {
        names.addAll(doc.names());
      }
    }
    List<List<String>> rows = new ArrayList<>();
    for (var item : list) {
      List<String> row = new ArrayList<>();
      for (String name : names) {
        row.add(item instanceof Doc doc && doc.has(name) ? text(doc.get(name)) : "");
      }
      rows.add(row);
    }
    return names.isEmpty() ? "" : draw(new ArrayList<>(names), rows);
  }

  private static String draw(List<String> head, List<List<String>> rows) {
    int[] widths = new int[head.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = head.get(i).length();
      for (var row : rows) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var out = new StringBuilder(rule(widths, "┌─", "─┬─", "─┐", "─"));
    out.append(line(widths, head));
    for (int i = 0; i < rows.size(); i++) {
      out.append(
          i == 0 ? rule(widths, "╞═", "═╪═", "═╡", "═") : rule(widths, "├─", "─┼─", "─┤", "─"));
      out.append(line(widths, rows.get(i)));
    }
    return out.append(rule(widths, "└─", "─┴─", "─┘", "─")).toString();
  }

  private static String rule(int[] widths, String left, String middle, String right, String fill) {
    List<String> parts = new ArrayList<>();
    for (int width : widths) {
      parts.add(fill.repeat(width));
    }
    return left + String.join(middle, parts) + right + "\n";
  }

  private static String line(int[] widths, List<String> cells) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      parts.add(cells.get(i) + " ".repeat(widths[i] - cells.get(i).length()));
    }
    return "│ " + String.join(" │ ", parts) + " │\n";
  }
}
