package pivm.simulator.api;

import java.time.Duration;
import pivm.simulator.config.Sizes;

/** How long things take on the simulated hardware. */
final class Pace {
  static final Duration QUICK = Duration.ofMillis(300);
  static final Duration START_VM = Duration.ofMillis(1500);
  static final Duration START_CT = Duration.ofSeconds(2);
  static final Duration STOP = Duration.ofSeconds(1);
  static final Duration SHUTDOWN = Duration.ofSeconds(4);
  static final Duration CREATE_VM = Duration.ofSeconds(1);
  static final Duration CREATE_CT = Duration.ofSeconds(4);
  static final Duration SNAPSHOT = Duration.ofMillis(1200);
  static final Duration DESTROY = Duration.ofMillis(800);
  static final Duration LINK = Duration.ofSeconds(1);
  static final Duration MIGRATE = Duration.ofSeconds(3);

  private static final long BYTES_PER_SECOND = 400 * Sizes.MIB;

  private Pace() {}

  /**
   * Copying so many bytes.
   *
   * @param limit bytes per second; 0 for none
   */
  static Duration copy(long bytes, long limit) {
    long rate = limit == 0 ? BYTES_PER_SECOND : Math.min(limit, BYTES_PER_SECOND);
    return Duration.ofMillis(500 + bytes * 1000 / rate);
  }
}
