package pivm.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.Event;

/** Numbers as people read them. */
final class Units {
  private static final String[] NAMES = {"B", "KiB", "MiB", "GiB", "TiB"};

  /** {@code 2.0 GiB}; empty when unknown. */
  static String bytes(@Nullable Long bytes) {
    if (bytes == null) {
      return "";
    }
    double amount = bytes;
    int unit = 0;
    while (amount >= 1024 && unit < NAMES.length - 1) {
      amount /= 1024;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", amount, NAMES[unit]);
  }

  /** {@code 42 %}; empty when unknown. */
  static String percent(@Nullable Double share) {
    return share == null ? "" : Math.round(share * 100) + " %";
  }

  /** {@code 3 d 4 h}, {@code 12 min}, {@code 5 s}. */
  static String time(Duration duration) {
    if (duration.toDays() > 0) {
      return duration.toDays() + " d " + duration.toHoursPart() + " h";
    }
    if (duration.toHours() > 0) {
      return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
    return duration.toMinutes() > 0 ? duration.toMinutes() + " min" : duration.toSeconds() + " s";
  }

  /** {@code 0.4 s}, {@code 42 s}, {@code 3 min}: for what one waits for. */
  static String seconds(Duration duration) {
    return duration.toSeconds() < 10
        ? String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0)
        : time(duration);
  }

  /**
   * {@code 1.2 GiB of 2.0 GiB, 60 %, 110.0 MiB/s, 8 s left}.
   *
   * @param since when it began
   */
  static String progress(Event.StepProgress progress, Instant since) {
    boolean bytes = progress.unit() == Event.Unit.BYTES;
    String unit = bytes ? "" : " " + progress.unit().name().toLowerCase(Locale.ROOT);
    var words = new StringBuilder(amount(progress.done(), bytes));
    if (progress.total() > 0) {
      words.append(" of ").append(amount(progress.total(), bytes)).append(unit);
      words.append(", ").append(100 * progress.done() / progress.total()).append(" %");
    } else {
      words.append(unit);
    }
    double seconds = Duration.between(since, progress.at()).toMillis() / 1000.0;
    if (bytes && seconds >= 1 && progress.done() > 0) {
      double rate = progress.done() / seconds;
      words.append(", ").append(bytes((long) rate)).append("/s");
      if (progress.total() > progress.done()) {
        long left = (long) Math.ceil((progress.total() - progress.done()) / rate);
        words.append(", ").append(time(Duration.ofSeconds(left))).append(" left");
      }
    }
    return words.toString();
  }

  private static String amount(long number, boolean bytes) {
    return bytes ? bytes(number) : Long.toString(number);
  }

  static @Nullable Double share(@Nullable Long part, @Nullable Long whole) {
    return part == null || whole == null || whole == 0 ? null : (double) part / whole;
  }

  private Units() {}
}
