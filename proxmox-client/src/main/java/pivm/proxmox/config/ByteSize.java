package pivm.proxmox.config;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A disk size as Proxmox writes it: {@code 8G}, {@code 2252M}, {@code 512K}, plain bytes; binary
 * units (pve-common, src/PVE/JSONSchema.pm, {@code parse_size} and {@code format_size}).
 */
public record ByteSize(long bytes) implements Comparable<ByteSize> {
  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)(?:([KMGT])(?:iB)?)?");
  private static final String UNITS = "KMGT";

  public ByteSize {
    if (bytes < 0) {
      throw new IllegalArgumentException("a size below zero: " + bytes);
    }
  }

  /**
   * Reads a size.
   *
   * @return null when the text is none
   */
  public static @Nullable ByteSize parse(@Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    long usual = usual(text);
    return usual >= 0 ? new ByteSize(usual) : parseAny(text);
  }

  /** Bytes of the form that configs hold, a whole number and one unit; -1 for any other. */
  private static long usual(String text) {
    int unit = UNITS.indexOf(text.charAt(text.length() - 1));
    int digits = unit < 0 ? text.length() : text.length() - 1;
    if (digits == 0 || digits > 6) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < digits; i++) {
      char digit = text.charAt(i);
      if (digit < '0' || digit > '9') {
        return -1;
      }
      number = 10 * number + digit - '0';
    }
    return number << (10 * (unit + 1));
  }

  private static @Nullable ByteSize parseAny(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return null;
    }
    var number = new BigDecimal(form.group(1));
    String unit = form.group(2);
    int shift = unit == null ? 0 : 10 * (UNITS.indexOf(unit.charAt(0)) + 1);
    BigDecimal bytes = number.multiply(BigDecimal.valueOf(1L << shift));
    return bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
        ? null
        : new ByteSize(bytes.longValue());
  }

  public static ByteSize ofGib(long gib) {
    return new ByteSize(Math.multiplyExact(gib, 1L << 30));
  }

  public static ByteSize ofMib(long mib) {
    return new ByteSize(Math.multiplyExact(mib, 1L << 20));
  }

  /** In GiB, exactly. */
  public BigDecimal gib() {
    return BigDecimal.valueOf(bytes).divide(BigDecimal.valueOf(1L << 30)).stripTrailingZeros();
  }

  @Override
  public int compareTo(ByteSize other) {
    return Long.compare(bytes, other.bytes);
  }

  /** In the greatest unit that loses nothing, as Proxmox writes it into configs. */
  @Override
  public String toString() {
    long size = bytes;
    int unit = -1;
    while (size % 1024 == 0 && unit < UNITS.length() - 1 && size > 0) {
      size /= 1024;
      unit++;
    }
    return unit < 0 ? Long.toString(size) : size + UNITS.substring(unit, unit + 1);
  }
}
