package pivm.engine.execution;

import java.time.Duration;

/**
 * Keeps two managers from working on one cluster at the same time, where there is such a lock: on a
 * node, in the cluster file system. Over HTTPS there is none, and correctness rests on digests, on
 * "already exists" and on looking again before each step.
 */
public interface ClusterLock {

  /**
   * Longer than it takes until the lock of one that died is freed, which happens at a waiter's
   * asking, more than 120 seconds after it was last kept.
   */
  Duration OTHER_MANAGER = Duration.ofSeconds(150);

  /** A lock that is held until it is closed. */
  interface Held extends AutoCloseable {

    /** Whether it is certain that nobody else has it; once it is not, nothing may be written. */
    boolean valid();

    @Override
    void close();
  }

  /**
   * Takes the lock.
   *
   * @param name {@code apply}
   * @param wait how long another holder is waited for
   * @throws IllegalStateException when it is not free within that time; the message says what to do
   * @throws InterruptedException when the waiting thread is asked to end
   */
  Held take(String name, Duration wait) throws InterruptedException;

  /**
   * Takes the one that all changes are made under.
   *
   * @throws IllegalStateException as {@link #take}
   */
  default Held takeToChange() throws InterruptedException {
    return take("apply", OTHER_MANAGER);
  }

  /** Where there is no lock to take. */
  static ClusterLock none() {
    return (_, _) -> NONE;
  }

  /** A lock that is always held. */
  Held NONE =
      new Held() {
        @Override
        public boolean valid() {
          return true;
        }

        @Override
        public void close() {}
      };
}
