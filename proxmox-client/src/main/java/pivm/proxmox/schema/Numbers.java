package pivm.proxmox.schema;

import java.math.BigDecimal;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks numbers as Proxmox does (pve-common, src/PVE/JSONSchema.pm, {@code check_type}). */
public final class Numbers {
  private static final Pattern INTEGER = Pattern.compile("[+-]?\\d+");
  private static final Pattern NUMBER = Pattern.compile("[+-]?(?:\\d+\\.?\\d*|\\.\\d+)");

  private Numbers() {}

  /**
   * Why a value is no number of its kind or outside its bounds.
   *
   * @return null when nothing is wrong, also for kinds that are no numbers
   */
  public static @Nullable String problem(Constraint constraint, String value) {
    boolean whole = constraint.kind() == ValueKind.INTEGER;
    if (!whole && constraint.kind() != ValueKind.NUMBER) {
      return null;
    }
    if (!(whole ? INTEGER : NUMBER).matcher(value).matches()) {
      return "'" + value + "' is not a " + (whole ? "whole number" : "number");
    }
    var number = new BigDecimal(value);
    String minimum = constraint.minimum();
    if (minimum != null && number.compareTo(new BigDecimal(minimum)) < 0) {
      return value + " is below the smallest value " + minimum;
    }
    String maximum = constraint.maximum();
    if (maximum != null && number.compareTo(new BigDecimal(maximum)) > 0) {
      return value + " is above the greatest value " + maximum;
    }
    return null;
  }
}
