package pivm.engine.execution;

import java.util.List;

/**
 * How a run ended.
 *
 * @param steps one for each step of the plan, in its order
 * @param interrupted whether a person ended it before all was done
 * @param tooManyFailures whether it ended because more steps failed than the policy bears
 */
public record RunResult(
    String run, List<StepResult> steps, boolean interrupted, boolean tooManyFailures) {
  public RunResult {
    steps = List.copyOf(steps);
  }

  /** Whether every step has taken effect. */
  public boolean succeeded() {
    return steps.stream().allMatch(StepResult::done);
  }

  public long count(StepResult.Status status) {
    return steps.stream().filter(step -> step.status() == status).count();
  }

  /** {@code done}, {@code partly}, {@code failed} or {@code interrupted}. */
  public String word() {
    if (interrupted) {
      return "interrupted";
    }
    if (succeeded()) {
      return "done";
    }
    return count(StepResult.Status.FAILED) + count(StepResult.Status.UNSETTLED) > 0
        ? "failed"
        : "partly";
  }
}
