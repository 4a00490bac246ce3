package pivm.engine.execution;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How a step ended.
 *
 * @param message what happened, to which object, why; what to do next where that is not plain
 * @param log the last lines of the task's log
 */
public record StepResult(
    String step, Status status, String message, Duration took, List<String> log) {
  public StepResult {
    log = List.copyOf(log);
  }

  /** The ways in which a step can end. */
  public enum Status {
    /** It has taken effect. */
    DONE,
    /** Proxmox tried and failed, or refused. */
    FAILED,
    /** Not sent: the guest is not what the plan rested on, or a rail says no. */
    REFUSED,
    /** Not sent: something that it waits for did not come, or a rail blocked it in the review. */
    SKIPPED,
    /** Not sent: the run ended before. */
    CANCELLED,
    /** Sent, and what came of it could not be found out; the next run asks again. */
    UNSETTLED;

    /** The word in journals and JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public boolean done() {
    return status == Status.DONE;
  }

  /** Whether it counts towards the failures after which a run ends. */
  boolean counts() {
    return status == Status.FAILED || status == Status.UNSETTLED;
  }
}
