package pivm.engine.image;

import java.util.Locale;

/** Amounts of data as people read them. */
public final class Amounts {
  private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB"};

  /** In the largest unit that leaves a whole one, with one digit behind the point. */
  public static String bytes(long bytes) {
    double amount = bytes;
    int unit = 0;
    while (amount >= 1024 && unit < UNITS.length - 1) {
      amount /= 1024;
      unit++;
    }
    return unit == 0
        ? bytes + " " + UNITS[0]
        : String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
  }

  private Amounts() {}
}
