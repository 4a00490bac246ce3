package pivm.engine.execution;

import java.time.Duration;
import java.util.List;

/** What one attempt at a step came to. */
sealed interface Attempt {

  /**
   * The step has ended.
   *
   * @param settled whether it is certain what it has done
   */
  record End(StepResult.Status status, String message, List<String> log, boolean settled)
      implements Attempt {}

  /**
   * It has had no effect and may be tried again.
   *
   * @param pause before that
   */
  record Again(String reason, Duration pause) implements Attempt {}

  static End done(String message, List<String> log) {
    return new End(StepResult.Status.DONE, message, log, true);
  }

  static End failed(String message, List<String> log) {
    return new End(StepResult.Status.FAILED, message, log, true);
  }

  static End refused(String message) {
    return new End(StepResult.Status.REFUSED, message, List.of(), true);
  }

  static End skipped(String message) {
    return new End(StepResult.Status.SKIPPED, message, List.of(), true);
  }

  static End unsettled(String message) {
    return new End(StepResult.Status.UNSETTLED, message, List.of(), false);
  }
}
