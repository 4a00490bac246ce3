package pivm.simulator.json;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes JSON, in the forms in which Proxmox writes it. */
public final class JsonOut {
  private final StringBuilder out = new StringBuilder(256);
  private final boolean pretty;
  private final boolean sorted;

  private JsonOut(boolean pretty, boolean sorted) {
    this.pretty = pretty;
    this.sorted = sorted;
  }

  /** Compact, as the API answers. */
  public static String write(@Nullable Object value) {
    var json = new JsonOut(false, false);
    json.value(value, 0);
    return json.out.toString();
  }

  /** Compact with sorted members, as {@code pvesh --output-format json} prints. */
  public static String writeSorted(@Nullable Object value) {
    var json = new JsonOut(false, true);
    json.value(value, 0);
    return json.out.toString();
  }

  /** Indented by three with sorted members, as {@code pvesh --output-format json-pretty} prints. */
  public static String writePretty(@Nullable Object value) {
    var json = new JsonOut(true, true);
    json.value(value, 0);
    return json.out.append('\n').toString();
  }

  private void value(@Nullable Object value, int depth) {
    switch (value) {
      case null -> out.append("null");
      case String text -> string(text);
      case Boolean flag -> out.append(flag ? '1' : '0');
      case Double number -> number(number);
      case Number number -> out.append(number);
      case Doc doc -> object(doc, depth);
      case Iterable<?> items -> array(items, depth);
      default -> string(value.toString());
    }
  }

  private void number(double number) {
    if (number == Math.rint(number) && Math.abs(number) < 1e15) {
      out.append((long) number);
    } else {
      out.append(number);
    }
  }

  private void object(Doc doc, int depth) {
    if (doc.isEmpty()) {
      out.append("{}");
      return;
    }
    out.append('{');
    boolean first = true;
    for (Map.Entry<String, @Nullable Object> member : order(doc)) {
      separate(first, depth + 1);
      first = false;
      string(member.getKey());
      out.append(pretty ? " : " : ":");
      value(member.getValue(), depth + 1);
    }
    closeLine(depth);
    out.append('}');
  }

  private Iterable<Map.Entry<String, @Nullable Object>> order(Doc doc) {
    if (!sorted) {
      return doc.entries();
    }
    Map<String, @Nullable Object> byName = new TreeMap<>(Comparator.naturalOrder());
    doc.entries().forEach(e -> byName.put(e.getKey(), e.getValue()));
    return byName.entrySet();
  }

  private void array(Iterable<?> items, int depth) {
    out.append('[');
    boolean first = true;
    for (var item : items) {
      separate(first, depth + 1);
      first = false;
      value(item, depth + 1);
    }
    if (!first) {
      closeLine(depth);
    }
    out.append(']');
  }

  private void separate(boolean first, int depth) {
    if (!first) {
      out.append(',');
    }
    if (pretty) {
      out.append('\n').repeat("   ", depth);
    }
  }

  private void closeLine(int depth) {
    if (pretty) {
      out.append('\n').repeat("   ", depth);
    }
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) {
            out.append(String.format("\\u%04x", (int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
