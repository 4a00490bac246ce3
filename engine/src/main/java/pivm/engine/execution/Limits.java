package pivm.engine.execution;

import java.time.Duration;

/**
 * The bounds of a run's patience. Waits between tries double from {@code retryPause} up to 15
 * seconds.
 *
 * @param perNode steps at the same time on one node
 * @param total steps at the same time
 * @param tries how often a step is sent at most, where it has had no effect before
 * @param retryPause before the second try
 * @param lockPoll between looks at a guest that is locked, or that HA acts on
 * @param haWait how long HA may take to do what was asked of it
 * @param quiet after a lost answer: how long a request may still be on its way inside Proxmox, so
 *     that finding no trace of it before proves nothing
 * @param settleWait how long a node that must be asked may stay out of reach
 */
public record Limits(
    int perNode,
    int total,
    int tries,
    Duration retryPause,
    Duration lockPoll,
    Duration haWait,
    Duration quiet,
    Duration settleWait) {

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

  public Limits {
    if (perNode < 1 || total < 1 || tries < 1) {
      throw new IllegalArgumentException("at least one step at a time, and one try");
    }
  }

  public static Limits defaults() {
    return new Limits(
        4,
        32,
        6,
        Duration.ofSeconds(1),
        Duration.ofSeconds(3),
        Duration.ofMinutes(10),
        Duration.ofSeconds(30),
        Duration.ofMinutes(2));
  }

  public Limits withParallelism(int stepsPerNode, int stepsInTotal) {
    return new Limits(
        stepsPerNode, stepsInTotal, tries, retryPause, lockPoll, haWait, quiet, settleWait);
  }

  /**
   * @param tries made so far
   */
  Duration pauseAfter(int tries) {
    Duration pause = retryPause.multipliedBy(1L << Math.min(tries - 1, 10));
    return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
  }
}
