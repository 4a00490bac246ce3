package pivm.engine.rails;

import java.util.List;
import pivm.engine.plan.Step;

/** One rail: a pure function from a step, or a whole plan, and the situation to verdicts. */
interface RailRule {

  /**
   * Judges one step.
   *
   * @param before the situation right before the step
   * @return nothing when the rail has no say in such a step
   */
  default List<Verdict> judge(Step step, Situation before) {
    return List.of();
  }

  /** Judges the plan as a whole, before any step. */
  default List<Verdict> judge(Situation start) {
    return List.of();
  }
}
