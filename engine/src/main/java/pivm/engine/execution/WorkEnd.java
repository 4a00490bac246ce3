package pivm.engine.execution;

/**
 * How work ended.
 *
 * @param message what happened, to which object, why; what to do next where that is not plain
 */
public record WorkEnd(StepResult.Status status, String message) {

  public static WorkEnd done(String message) {
    return new WorkEnd(StepResult.Status.DONE, message);
  }

  public static WorkEnd failed(String message) {
    return new WorkEnd(StepResult.Status.FAILED, message);
  }

  /** Nothing was done, since it is not what the plan rested on. */
  public static WorkEnd refused(String message) {
    return new WorkEnd(StepResult.Status.REFUSED, message);
  }

  /** Nothing was done, since something that it waits for did not come. */
  public static WorkEnd skipped(String message) {
    return new WorkEnd(StepResult.Status.SKIPPED, message);
  }

  /** It may have had its effect; the next run asks again. */
  public static WorkEnd unsettled(String message) {
    return new WorkEnd(StepResult.Status.UNSETTLED, message);
  }
}
