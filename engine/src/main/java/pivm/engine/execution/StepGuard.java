package pivm.engine.execution;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.plan.Step;
import pivm.engine.rails.Verdict;

/** Asks the rails again right before a step. Used by several threads at once. */
public interface StepGuard {

  /**
   * Judges a step with fresh readings. What it admits it may hold (memory on a node) until {@link
   * #ended}.
   *
   * @param node where the step will run
   * @param guest as it is now; null for one that is not there
   * @return verdicts; any that is blocked keeps the step from being sent
   */
  List<Verdict> check(Step step, String node, @Nullable ObservedGuest guest);

  /** The step that was admitted has ended. */
  void ended(Step step, boolean done);

  /** Admits everything: for runs whose plan was judged a moment ago and holds no further steps. */
  static StepGuard admitting() {
    return new StepGuard() {
      @Override
      public List<Verdict> check(Step step, String node, @Nullable ObservedGuest guest) {
        return List.of();
      }

      @Override
      public void ended(Step step, boolean done) {}
    };
  }
}
