package pivm.engine.rails;

import java.time.Duration;
import java.util.Collection;
import java.util.Locale;

/** How messages spell numbers. */
final class Words {
  private static final long MIB = 1L << 20;
  private static final long GIB = 1L << 30;

  private Words() {}

  /** {@code 1024 MiB}, {@code 62.7 GiB}: MiB below 10 GiB, since guests' memory is given so. */
  static String memory(long bytes) {
    if (Math.abs(bytes) < 10 * GIB) {
      return bytes / MIB + " MiB";
    }
    return String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIB);
  }

  /** {@code 12 GiB}, {@code 512 MiB}. */
  static String size(long bytes) {
    if (Math.abs(bytes) < GIB) {
      return bytes / MIB + " MiB";
    }
    return bytes % GIB == 0
        ? bytes / GIB + " GiB"
        : String.format(Locale.ROOT, "%.1f GiB", (double) bytes / GIB);
  }

  /** A share in whole percent, rounded down so that a limit never looks kept when it is not. */
  static long percent(long part, long whole) {
    return whole <= 0 ? 0 : Math.floorDiv(part * 100, whole);
  }

  /** {@code 41 s}, {@code 12 min}, {@code 5 h}, {@code 3 d}. */
  static String age(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 7200) {
      return seconds / 60 + " min";
    }
    return seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
  }

  /** {@code a, b and c}. */
  static String list(Collection<String> words) {
    String all = String.join(", ", words);
    int last = all.lastIndexOf(", ");
    return words.size() < 2 ? all : all.substring(0, last) + " and " + all.substring(last + 2);
  }
}
