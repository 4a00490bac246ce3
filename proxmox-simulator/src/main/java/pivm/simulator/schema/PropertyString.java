package pivm.simulator.schema;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads and prints property strings such as {@code virtio=BC:24:11:00:00:01,bridge=vmbr0}. */
public final class PropertyString {
  private static final Set<String> TRUE = Set.of("1", "on", "yes", "true");
  private static final Set<String> FALSE = Set.of("0", "off", "no", "false");

  private final Map<String, Parameter> parts;

  PropertyString(Map<String, Parameter> parts) {
    this.parts = parts;
  }

  /**
   * Reads and checks.
   *
   * @throws FormatException with Proxmox's words
   */
  static void check(ApiTable table, Map<String, Parameter> parts, String text, String path) {
    var values = new PropertyString(parts).parse(text);
    var errors = Checker.checkParts(table, path, parts, values);
    if (!errors.isEmpty()) {
      var message = new StringBuilder("format error\n");
      errors.forEach((name, reason) -> message.append(name + ": " + reason + "\n"));
      throw new FormatException(message.toString());
    }
  }

  /**
   * Splits a text into its parts, aliases resolved, booleans as 0 and 1.
   *
   * @throws FormatException when it is not a property string at all
   */
  public Map<String, String> parse(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    boolean usedDefault = false;
    for (String part : text.split(",")) {
      if (part.isBlank()) {
        continue;
      }
      int equals = part.indexOf('=');
      if (equals > 0 && equals < part.length() - 1) {
        named(values, part.substring(0, equals), part.substring(equals + 1));
      } else if (equals < 0) {
        var key = defaultKey();
        if (key == null) {
          throw new FormatException(
              "value without key, but schema does not define a default key\n");
        }
        if (usedDefault || values.containsKey(key.name())) {
          throw duplicate(key.name());
        }
        usedDefault = true;
        values.put(key.name(), normal(key, part));
      } else {
        throw new FormatException("missing key in comma-separated list property\n");
      }
    }
    return values;
  }

  private void named(Map<String, String> values, String name, String value) {
    if (values.containsKey(name)) {
      throw duplicate(name);
    }
    var part = parts.get(name);
    String target = name;
    if (part != null && part.alias() != null) {
      if (part.keyAlias() != null) {
        if (values.containsKey(part.keyAlias())) {
          throw new FormatException("key alias '" + part.keyAlias() + "' is already defined\n");
        }
        values.put(part.keyAlias(), name);
      }
      target = part.alias();
      part = parts.get(target);
      if (values.containsKey(target)) {
        throw new FormatException("key '" + target + "' is already defined (via alias)\n");
      }
    }
    values.put(target, part == null ? value : normal(part, value));
  }

  private static String normal(Parameter part, String value) {
    if (!part.type().equals("boolean")) {
      return value;
    }
    String lower = value.toLowerCase(java.util.Locale.ROOT);
    return TRUE.contains(lower) ? "1" : FALSE.contains(lower) ? "0" : value;
  }

  private static FormatException duplicate(String name) {
    return new FormatException("duplicate key in comma-separated list property: " + name + "\n");
  }

  private @Nullable Parameter defaultKey() {
    return parts.values().stream().filter(Parameter::defaultKey).findFirst().orElse(null);
  }

  /** Prints the parts in Proxmox's order: the default key, what is required, then the rest. */
  public String print(Map<String, String> values) {
    List<String> out = new ArrayList<>();
    var left = new TreeSet<>(values.keySet());
    var key = defaultKey();
    var combined = combined(values);
    if (combined != null) {
      out.add(combined);
      left.removeAll(combinedKeys());
    } else if (key != null && left.remove(key.name())) {
      out.add(values.get(key.name()));
    }
    left.stream()
        .sorted(Comparator.comparing((String name) -> isOptional(name)).thenComparing(name -> name))
        .forEach(name -> out.add(name + "=" + values.get(name)));
    return String.join(",", out);
  }

  private boolean isOptional(String name) {
    var part = parts.get(name);
    return part == null || part.optional();
  }

  private @Nullable String combined(Map<String, String> values) {
    for (var part : parts.values()) {
      String alias = part.alias();
      String keyAlias = part.keyAlias();
      if (alias != null
          && keyAlias != null
          && values.containsKey(alias)
          && part.name().equals(values.get(keyAlias))) {
        return part.name() + "=" + values.get(alias);
      }
    }
    return null;
  }

  private Set<String> combinedKeys() {
    var keys = new TreeSet<String>();
    for (var part : parts.values()) {
      if (part.alias() != null && part.keyAlias() != null) {
        keys.add(part.alias());
        keys.add(part.keyAlias());
      }
    }
    return keys;
  }
}
