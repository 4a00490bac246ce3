package pivm.engine.rails;

import java.time.Duration;
import java.time.Instant;

/**
 * When a running guest was started, as far as a reading of its uptime tells.
 *
 * @param at the moment of the reading less the uptime; too late by as much as the reading was old,
 *     which is ten seconds and more where pvestatd's last round told it
 * @param uptime that was read, in whole seconds
 */
public record Boot(Instant at, Duration uptime) {

  /** What two readings of one boot may differ by, however short the guest has run. */
  private static final Duration LEAST = Duration.ofSeconds(5);

  /** And however long. */
  private static final Duration MOST = Duration.ofSeconds(60);

  static Boot of(Instant reading, Duration uptime) {
    return new Boot(reading.minus(uptime), uptime);
  }

  /**
   * Whether a later reading shows another boot. A guest that is started anew after the first
   * reading has booted later by at least the uptime of that reading, so half of it is what a
   * reading may be off by; one that seems to have booted earlier was only read in less time.
   */
  boolean isOlderThan(Boot later) {
    Duration half = uptime.dividedBy(2);
    Duration borne = half.compareTo(MOST) > 0 ? MOST : half.compareTo(LEAST) < 0 ? LEAST : half;
    return Duration.between(at, later.at).compareTo(borne) > 0;
  }
}
