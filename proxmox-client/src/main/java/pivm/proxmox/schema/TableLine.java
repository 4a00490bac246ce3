package pivm.proxmox.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A line of a table: fields by place, then flags and attributes, all separated by tabs. */
final class TableLine {
  private final List<String> fields;

  TableLine(String line) {
    fields = split(line, '\t');
  }

  /** The lines of a table beside this class, without its comment lines. */
  static List<String> lines(String resource) {
    try (InputStream stream = TableLine.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("the table " + resource + " is not in the program");
      }
      List<String> lines = split(new String(stream.readAllBytes(), StandardCharsets.UTF_8), '\n');
      lines.removeIf(line -> line.isEmpty() || line.charAt(0) == '#');
      return lines;
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  static List<String> split(String text, char separator) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, start)) {
      parts.add(text.substring(start, at));
      start = at + 1;
    }
    parts.add(text.substring(start));
    return parts;
  }

  String field(int place) {
    return fields.get(place);
  }

  boolean has(String flag) {
    return fields.contains(flag);
  }

  @Nullable String attribute(String name) {
    for (String field : fields) {
      if (field.length() > name.length()
          && field.charAt(name.length()) == '='
          && field.startsWith(name)) {
        return field.substring(name.length() + 1);
      }
    }
    return null;
  }

  String text(String name) {
    String text = attribute(name);
    if (text == null) {
      throw new IllegalStateException("no " + name + " in the table line " + fields);
    }
    return text;
  }

  Constraint constraint(int kindPlace) {
    String words = attribute("enum");
    String maxLength = attribute("max-length");
    return new Constraint(
        ValueKind.valueOf(field(kindPlace)),
        attribute("format"),
        attribute("min"),
        attribute("max"),
        maxLength == null ? null : Integer.valueOf(maxLength),
        attribute("pattern"),
        attribute("default"),
        words == null ? List.of() : List.copyOf(split(words, '|')));
  }
}
