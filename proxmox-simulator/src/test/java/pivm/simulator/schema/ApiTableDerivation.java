package pivm.simulator.schema;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.Doc;
import pivm.simulator.json.JsonOut;

/** Derives {@code api-table.tsv} from a dump of the API's own schema. */
final class ApiTableDerivation {
  private final Doc schema;
  private final StringBuilder out = new StringBuilder();
  private final TreeSet<String> formats = new TreeSet<>();

  private ApiTableDerivation(Doc schema) {
    this.schema = schema;
  }

  /**
   * @param served the calls to include, as {@code METHOD /path}
   */
  static String derive(Doc schema, Collection<String> served) {
    return new ApiTableDerivation(schema).run(served);
  }

  private String run(Collection<String> served) {
    Map<String, Doc> methods = new TreeMap<>();
    for (var method : docs(schema.get("methods"))) {
      methods.put(method.text("method") + " " + method.text("path"), method);
    }
    for (String call : new TreeSet<>(served)) {
      var method = methods.get(call);
      if (method == null) {
        throw new IllegalArgumentException(call + " is not in the schema");
      }
      method(method);
    }
    var known = (Doc) schema.get("formats");
    for (String name : List.copyOf(formats)) {
      var format = known == null ? null : (Doc) known.get(name);
      if (format != null && "property-string".equals(format.text("kind"))) {
        out.append("F\t").append(name).append('\n');
        if (format.get("properties") instanceof Doc parts) {
          parts.entries().forEach(e -> row("S", e.getKey(), doc(e.getValue()), ""));
        }
      }
    }
    return out.toString();
  }

  private void method(Doc method) {
    out.append("M\t").append(method.text("method")).append('\t').append(method.text("path"));
    out.append('\t').append(permissions(method)).append('\t');
    out.append("node".equals(method.text("proxyto")) ? "n" : "");
    out.append("0".equals(method.text("allowtoken")) ? "x" : "");
    var parameters = doc(method.get("parameters"));
    out.append("1".equals(parameters.text("additionalProperties")) ? "a" : "").append('\n');
    Map<String, Doc> rows = new LinkedHashMap<>();
    Map<String, Set<String>> variants = new TreeMap<>();
    collect(parameters, rows, variants, "");
    rows.forEach((name, parameter) ->
        row("P", name, parameter, String.join(",", variants.getOrDefault(name, new TreeSet<>()))));
  }

  /** The parameters of a schema that may be put together from parts and variants. */
  private static void collect(
      Doc schema, Map<String, Doc> rows, Map<String, Set<String>> variants, String variant) {
    if (schema.get("properties") instanceof Doc properties) {
      for (var entry : properties.entries()) {
        rows.putIfAbsent(entry.getKey(), doc(entry.getValue()));
        if (!variant.isEmpty()) {
          variants.computeIfAbsent(entry.getKey(), n -> new TreeSet<>()).add(variant);
        }
      }
    }
    for (var part : docs(schema.get("allOf"))) {
      collect(part, rows, variants, variant);
    }
    for (var part : docs(schema.get("oneOf"))) {
      var type = part.text("instance-type");
      collect(part, rows, variants, type == null ? "" : type);
    }
    if (schema.get("type-property-schema") instanceof Doc type) {
      var name = schema.text("type-property");
      rows.putIfAbsent(name == null ? "type" : name, type);
    }
  }

  private static String permissions(Doc method) {
    var permissions = method.get("permissions") instanceof Doc doc ? doc : new Doc();
    var user = permissions.text("user");
    var check = permissions.get("check");
    return user != null ? user : check == null ? "" : JsonOut.write(check);
  }

  private void row(String kind, String name, Doc parameter, String variants) {
    var format = parameter.text("format");
    if (format != null) {
      formats.add(format);
    }
    List<String> columns = new ArrayList<>();
    columns.add(kind);
    columns.add(name);
    columns.add(text(parameter, "type", "string"));
    columns.add("1".equals(parameter.text("optional")) || parameter.has("alias") ? "o" : "");
    for (String limit : List.of("minimum", "maximum", "minLength", "maxLength")) {
      columns.add(text(parameter, limit, ""));
    }
    columns.add(format == null ? "" : format);
    columns.add(parameter.get("enum") instanceof List<?> values ? join(values, ",") : "");
    columns.add(text(parameter, "pattern", ""));
    columns.add(text(parameter, "default", ""));
    columns.add(parameter.get("requires") instanceof String requires ? requires : "");
    columns.add(parameter.get("index") instanceof List<?> range ? join(range, "-") : "");
    columns.add(variants);
    columns.add("1".equals(parameter.text("default_key")) ? "k" : "");
    columns.add(text(parameter, "alias", ""));
    columns.add(text(parameter, "keyAlias", ""));
    out.append(String.join("\t", columns)).append('\n');
  }

  private static String join(List<?> values, String separator) {
    return String.join(separator, values.stream().map(String::valueOf).toList());
  }

  private static String text(Doc doc, String name, String otherwise) {
    var text = doc.text(name);
    return text == null ? otherwise : text.replaceAll("[\\t\\n]", " ");
  }

  private static Doc doc(@Nullable Object value) {
    return value instanceof Doc doc ? doc : new Doc();
  }

  private static List<Doc> docs(@Nullable Object value) {
    return value instanceof List<?> list
        ? list.stream().map(ApiTableDerivation::doc).toList()
        : List.of();
  }
}
