package pivm.simulator.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** Sizes as Proxmox writes them: {@code 512}, {@code 528K}, {@code 4M}, {@code 32G}. */
public final class Sizes {
  public static final long KIB = 1024;
  public static final long MIB = 1024 * KIB;
  public static final long GIB = 1024 * MIB;

  private static final Pattern FORM = Pattern.compile("(\\d+(?:\\.\\d+)?)([KMGT]?)(?:iB)?");

  private Sizes() {}

  /**
   * Reads a size.
   *
   * @return bytes, or -1 when the text is not a size
   */
  public static long parse(String text) {
    var form = FORM.matcher(text);
    if (!form.matches()) {
      return -1;
    }
    double number = Double.parseDouble(form.group(1));
    return (long)
        switch (form.group(2)) {
          case "K" -> number * KIB;
          case "M" -> number * MIB;
          case "G" -> number * GIB;
          case "T" -> number * KIB * GIB;
          default -> number;
        };
  }

  /** Writes bytes in the largest unit that loses nothing. */
  public static String format(long bytes) {
    String[] units = {"", "K", "M", "G", "T"};
    int unit = 0;
    long size = bytes;
    while (unit < units.length - 1 && size != 0 && size % KIB == 0) {
      size /= KIB;
      unit++;
    }
    return size + units[unit];
  }

  /** As in log lines: {@code 4.0 GiB}. */
  public static String human(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    int unit = 0;
    double size = bytes;
    while (unit < units.length - 1 && size >= KIB) {
      size /= KIB;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", size, units[unit]);
  }
}
