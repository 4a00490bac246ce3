package pivm.proxmox.schema;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.json.Json;

/** Builds one line of a table. */
final class LineWriter {
  private final StringBuilder line = new StringBuilder();

  LineWriter(String first) {
    line.append(first);
  }

  LineWriter field(String field) {
    line.append('\t').append(field);
    return this;
  }

  LineWriter flag(boolean on, String flag) {
    return on ? field(flag) : this;
  }

  LineWriter attribute(String name, @Nullable String value) {
    return value == null ? this : field(name + "=" + value);
  }

  /** Everything a schema property says about its values, but for its kind. */
  LineWriter constraint(Json.Obj property, ValueKind kind, @Nullable String defaultText) {
    List<Json> words = property.list("enum");
    return attribute("format", format(property, kind))
        .attribute("min", property.text("minimum"))
        .attribute("max", property.text("maximum"))
        .attribute("max-length", property.text("maxLength"))
        .attribute("pattern", pattern(property.text("pattern")))
        .attribute("default", defaultText)
        .attribute(
            "enum",
            words.isEmpty()
                ? null
                : words.stream().map(Json::asText).collect(Collectors.joining("|")));
  }

  private static @Nullable String format(Json.Obj property, ValueKind kind) {
    String format = property.text("format");
    boolean told = format == null || format.startsWith("inline");
    return told || kind == ValueKind.PROPERTY_STRING ? null : format;
  }

  /** Perl's dialect in Java's. */
  private static @Nullable String pattern(@Nullable String perl) {
    return perl == null
        ? null
        : perl.replace("(?^u:", "(?:")
            .replace("(?^:", "(?:")
            .replace("{,", "{0,")
            .replace("\\0", "\\x00");
  }

  @Override
  public String toString() {
    return line.toString();
  }
}
