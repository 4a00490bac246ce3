package pivm.engine.inventory;

import java.time.Duration;

/**
 * From where on something counts as at risk. Shares are 0 to 1.
 *
 * @param cpu above which a node is at risk
 * @param memoryUsed share of used memory from which on a node is at risk
 * @param memoryPromised share of promised memory above which a node is at risk
 * @param storage from which on a storage counts as full
 * @param task how long a task may run before it counts as stuck
 */
public record HealthLimits(
    double cpu, double memoryUsed, double memoryPromised, double storage, Duration task) {

  /** Promised memory has the limit of the memory rail. */
  public static HealthLimits defaults() {
    return new HealthLimits(0.80, 0.90, 0.80, 0.90, Duration.ofHours(12));
  }
}
