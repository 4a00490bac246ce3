package pivm.simulator.schema;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks values against the table with Proxmox's words (pve-common, {@code PVE/JSONSchema.pm}).
 *
 * <p>Values are text, numbers and booleans (both from JSON bodies) or lists (repeated form fields).
 */
public final class Checker {
  static final String UNKNOWN =
      "property is not defined in schema and the schema does not allow additional properties";
  private static final String MISSING = "property is missing and it is not optional";
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d+\\.\\d+|\\d+\\.|\\.\\d+|\\d+)([eE][+-]?\\d+)?");

  private final ApiTable table;
  private final Map<String, String> errors;

  private Checker(ApiTable table, Map<String, String> errors) {
    this.table = table;
    this.errors = errors;
  }

  /**
   * Checks the parameters of a call.
   *
   * @return reason by parameter name; empty when all is well
   */
  public static Map<String, String> check(ApiTable table, Method method, Map<String, ?> values) {
    var checker = new Checker(table, new LinkedHashMap<>());
    checker.object("", method.parameters(), values, method.isOpen());
    return checker.errors;
  }

  /** Checks the parts of a property string; {@code path} goes before their names. */
  static Map<String, String> checkParts(
      ApiTable table, String path, Map<String, Parameter> parts, Map<String, String> values) {
    var checker = new Checker(table, new LinkedHashMap<>());
    checker.object(path, parts, values, false);
    return checker.errors;
  }

  private void object(
      String path, Map<String, Parameter> known, Map<String, ?> values, boolean open) {
    for (var parameter : known.values()) {
      if (parameter.index() == null
          && parameter.alias() == null
          && !parameter.optional()
          && applies(parameter, values)
          && !values.containsKey(parameter.name())) {
        add(join(path, parameter.name()), MISSING);
      }
    }
    values.forEach((name, value) -> {
      var parameter = Method.find(known, name);
      if (parameter == null || !applies(parameter, values)) {
        if (!open) {
          add(join(path, name), UNKNOWN);
        }
        return;
      }
      property(join(path, name), parameter, value);
      String requires = parameter.requires();
      if (requires != null && !values.containsKey(requires)) {
        add(join(path, requires), "missing property required by '" + join(path, name) + "'");
      }
    });
  }

  private static boolean applies(Parameter parameter, Map<String, ?> values) {
    return parameter.variants().isEmpty()
        || parameter.variants().contains(String.valueOf(values.get("type")));
  }

  private void property(String path, Parameter parameter, @Nullable Object value) {
    if (parameter.type().equals("array")) {
      return;
    }
    if (value instanceof List<?>) {
      add(path, "type check ('" + parameter.type() + "') failed - got ARRAY");
      return;
    }
    if (value == null || (value instanceof Boolean && parameter.type().equals("boolean"))) {
      return;
    }
    String text = text(value);
    if (!hasType(parameter.type(), text)) {
      add(path, "type check ('" + parameter.type() + "') failed - got '" + text + "'");
      return;
    }
    if (parameter.format() != null) {
      try {
        Formats.check(table, parameter.format(), text, path);
      } catch (FormatException e) {
        add(path, "invalid format - " + e.text());
        return;
      }
    }
    limits(path, parameter, text);
  }

  private void limits(String path, Parameter parameter, String text) {
    var pattern = parameter.pattern();
    if (pattern != null && !Patterns.matches(pattern, text)) {
      add(path, "value does not match the regex pattern");
    } else if (text.length() > parameter.maxLength()) {
      add(path, "value may only be " + parameter.maxLength() + " characters long");
    } else if (text.length() < parameter.minLength()) {
      add(path, "value must be at least " + parameter.minLength() + " characters long");
    } else if (NUMBER.matcher(text).matches() && !inBounds(path, parameter, text)) {
      return;
    } else if (!parameter.values().isEmpty() && !parameter.values().contains(text)) {
      add(
          path,
          "value '"
              + text
              + "' does not have a value in the enumeration '"
              + String.join(", ", parameter.values())
              + "'");
    }
  }

  private boolean inBounds(String path, Parameter parameter, String text) {
    double number = Double.parseDouble(text);
    var maximum = parameter.maximum();
    var minimum = parameter.minimum();
    if (maximum != null && number > maximum) {
      add(path, "value must have a maximum value of " + plain(maximum));
      return false;
    }
    if (minimum != null && number < minimum) {
      add(path, "value must have a minimum value of " + plain(minimum));
      return false;
    }
    return true;
  }

  private static boolean hasType(String type, String text) {
    return switch (type) {
      case "boolean" -> text.equals("0") || text.equals("1");
      case "integer" -> INTEGER.matcher(text).matches();
      case "number" -> NUMBER.matcher(text).matches();
      default -> true;
    };
  }

  private void add(String path, String message) {
    errors.merge(path, message, (a, b) -> a + "\\n" + b);
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** The value as the text in which Proxmox's Perl sees it. */
  public static String text(Object value) {
    return value instanceof Boolean flag ? (flag ? "1" : "0") : value.toString();
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }
}
