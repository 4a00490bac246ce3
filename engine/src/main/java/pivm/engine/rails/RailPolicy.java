package pivm.engine.rails;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What may be set about the rails; none can be turned off.
 *
 * @param ramHeadroomPercent 20 to 90
 * @param requireBackupBeforeDestroy whether a missing recent backup blocks instead of being stated
 * @param fallbackBackupMaxAge how long a backup that PIVM made stands in for a snapshot
 * @param backupStorage where fallback backups go; null to take the one with the most room
 * @param blastSharePercent share of the managed guests that a run may restart or change unasked
 * @param blastMinimum number that is always allowed, whatever the share
 * @param maxFailures failed steps after which a run ends
 * @param lockWait how long a locked guest is waited for
 */
public record RailPolicy(
    int ramHeadroomPercent,
    RamBasis ramBasis,
    Foreign foreign,
    boolean requireBackupBeforeDestroy,
    Duration recentBackup,
    Duration fallbackBackupMaxAge,
    @Nullable String backupStorage,
    int blastSharePercent,
    int blastMinimum,
    int maxFailures,
    Duration lockWait,
    @Nullable MaintenanceWindow maintenanceWindow) {

  /** What counts as promised memory. */
  public enum RamBasis {
    /** The larger of what is used and what running guests may use. */
    COMMITTED,
    /** Only what is used now. */
    USED
  }

  /** What guests outside the manifests mean for a run. */
  public enum Foreign {
    IGNORE,
    WARN,
    BLOCK
  }

  /**
   * When things that disturb may happen.
   *
   * @param calendar a systemd calendar expression
   */
  public record MaintenanceWindow(String calendar, Duration duration) {}

  public RailPolicy {
    if (ramHeadroomPercent < 20 || ramHeadroomPercent > 90) {
      throw new IllegalArgumentException(
          "rails.ramHeadroomPercent is " + ramHeadroomPercent + "; it must be 20 to 90");
    }
  }

  public static RailPolicy defaults() {
    return new RailPolicy(
        20,
        RamBasis.COMMITTED,
        Foreign.WARN,
        false,
        Duration.ofDays(7),
        Duration.ofHours(24),
        null,
        30,
        3,
        5,
        Duration.ofMinutes(2),
        null);
  }
}
