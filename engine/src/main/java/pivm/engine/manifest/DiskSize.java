package pivm.engine.manifest;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import pivm.proxmox.config.ByteSize;

/**
 * Sizes of disks, in bytes.
 *
 * <p>Manifests and Proxmox agree on the units (powers of 1024) and differ in what a bare number is:
 * GiB in a manifest and in an allocation, bytes in {@code size=} of a config.
 */
public final class DiskSize {
  public static final long KIB = 1L << 10;
  public static final long MIB = 1L << 20;
  public static final long GIB = 1L << 30;
  private static final long TIB = 1L << 40;

  private static final Pattern SIZE =
      Pattern.compile("(\\d+(?:\\.\\d+)?)(?:([KMGT])(?:i?B)?)?", Pattern.CASE_INSENSITIVE);

  private DiskSize() {}

  /** Whether the text is a size in a manifest's form. */
  public static boolean isSize(String text) {
    return isWhole(text) || (startsWithDigit(text) && SIZE.matcher(text).matches());
  }

  /**
   * Bytes of a size in a manifest's form: GiB, or with a unit ({@code 12}, {@code 2252M}, {@code
   * 1.5T}).
   *
   * @throws IllegalArgumentException when it is no size
   */
  public static long parse(String text) {
    return parse(text, GIB);
  }

  /**
   * Bytes of a {@code size=} in a config: bytes, or with a unit (pve-common, src/PVE/JSONSchema.pm,
   * {@code parse_size}).
   *
   * @throws IllegalArgumentException when it is no size
   */
  static long parseConfig(String text) {
    return parse(text, 1);
  }

  private static boolean startsWithDigit(String text) {
    return !text.isEmpty() && text.charAt(0) >= '0' && text.charAt(0) <= '9';
  }

  /** Whether it is a whole number that a long holds in any unit. */
  private static boolean isWhole(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return !text.isEmpty() && text.length() <= 6;
  }

  private static long parse(String text, long bare) {
    if (isWhole(text)) {
      return Long.parseLong(text) * bare;
    }
    // What configs hold is nearly always of the form that the client reads without a pattern.
    ByteSize usual = Character.isLetter(lastOf(text)) ? ByteSize.parse(text) : null;
    return usual != null ? usual.bytes() : parseAny(text, bare);
  }

  private static char lastOf(String text) {
    return text.isEmpty() ? ' ' : text.charAt(text.length() - 1);
  }

  private static long parseAny(String text, long bare) {
    Matcher size = SIZE.matcher(text);
    if (!size.matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a size; write GiB (12) or a number with K, M, G or T (2252M)");
    }
    String unit = size.group(2);
    var bytes = new BigDecimal(size.group(1)).multiply(BigDecimal.valueOf(unit(unit, bare)));
    if (bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw new IllegalArgumentException("'" + text + "' is more than any storage holds");
    }
    return bytes.longValue();
  }

  @SuppressWarnings("NullAway") // group(2) is null for a bare number
  private static long unit(String unit, long bare) {
    if (unit == null) {
      return bare;
    }
    return switch (unit.charAt(0)) {
      case 'K', 'k' -> KIB;
      case 'M', 'm' -> MIB;
      case 'T', 't' -> TIB;
      default -> GIB;
    };
  }

  /** The shortest exact spelling in a manifest's form: {@code 12}, {@code 2252M}. */
  public static String text(long bytes) {
    if (bytes % GIB == 0) {
      return Long.toString(bytes / GIB);
    }
    if (bytes % MIB == 0) {
      return bytes / MIB + "M";
    }
    return bytes % KIB == 0 ? bytes / KIB + "K" : gib(bytes);
  }

  /** GiB as a decimal number without rounding, which is what an allocation is asked for in. */
  public static String gib(long bytes) {
    return BigDecimal.valueOf(bytes)
        .divide(BigDecimal.valueOf(GIB))
        .stripTrailingZeros()
        .toPlainString();
  }
}
