package pivm.proxmox.config;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.schema.Constraint;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.Numbers;
import pivm.proxmox.schema.SubKey;
import pivm.proxmox.schema.ValueKind;

/** Tells before Proxmox does that it would refuse a config value, and why. */
public final class ValueCheck {
  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

  private ValueCheck() {}

  /**
   * Why Proxmox would refuse the value.
   *
   * @return the rest of a sentence that starts with the key's name; null when it would accept it as
   *     far as the schema tells
   */
  public static @Nullable String problem(GuestKey key, String value) {
    String lines = lines(key.constraint(), value);
    if (lines != null || key.kind() != ValueKind.PROPERTY_STRING) {
      return lines != null ? lines : problem(key.constraint(), value);
    }
    try {
      return problem(key, PropertyString.parse(key, value));
    } catch (PropertyString.Malformed malformed) {
      return malformed.getMessage();
    }
  }

  private static @Nullable String lines(Constraint constraint, String value) {
    boolean several = constraint.kind() == ValueKind.PROSE;
    return !several && value.indexOf('\n') >= 0 ? "must be one line" : null;
  }

  private static @Nullable String problem(GuestKey key, PropertyString string) {
    for (SubKey part : key.parts().values()) {
      String value = string.get(part.name());
      if (value == null) {
        if (part.required()) {
          return "lacks the part '" + part.name() + "'";
        }
        continue;
      }
      String problem = problem(part.constraint(), value);
      if (problem != null) {
        return "part '" + part.name() + "' " + problem;
      }
      String requires = part.requires();
      if (requires != null && string.get(requires) == null) {
        return "part '" + part.name() + "' needs the part '" + requires + "' too";
      }
    }
    return null;
  }

  private static @Nullable String problem(Constraint constraint, String value) {
    if (constraint.kind() == ValueKind.BOOLEAN && Flags.parse(value) == null) {
      return "is '" + value + "', which is neither true nor false";
    }
    String number = Numbers.problem(constraint, value);
    if (number != null) {
      return "is out of order: " + number;
    }
    if (!constraint.words().isEmpty() && !constraint.words().contains(value)) {
      return "is '" + value + "', which is none of " + String.join(", ", constraint.words());
    }
    Integer maxLength = constraint.maxLength();
    if (maxLength != null && value.length() > maxLength) {
      return "is longer than " + maxLength + " characters";
    }
    String pattern = constraint.pattern();
    if (pattern != null && !matches(pattern, value)) {
      return "is '" + value + "', which does not have the form " + pattern;
    }
    return Formats.problem(constraint, value);
  }

  private static boolean matches(String pattern, String value) {
    return PATTERNS.computeIfAbsent(pattern, Pattern::compile).matcher(value).matches();
  }
}
