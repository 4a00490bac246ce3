package pivm.proxmox;

import java.time.Duration;
import java.time.Instant;

/**
 * The clock and the only way to wait, so that a simulation can put its own time in its place.
 *
 * <p>A simulated implementation returns from {@link #sleep} at once after moving its clock.
 */
public interface Time {
  Instant now();

  /**
   * Waits.
   *
   * @throws InterruptedException when the waiting thread is asked to end
   */
  void sleep(Duration duration) throws InterruptedException;

  /** The machine's clock. */
  static Time system() {
    return SystemTime.INSTANCE;
  }
}
