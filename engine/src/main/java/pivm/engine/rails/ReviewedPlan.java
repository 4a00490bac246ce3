package pivm.engine.rails;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import pivm.engine.plan.Plan;
import pivm.engine.plan.Step;

/**
 * A plan that the rails have judged: the only thing that the executor accepts. It holds the steps
 * that the rails inserted (snapshot first), and its steps are those that may run.
 */
public final class ReviewedPlan {
  private final Plan plan;
  private final List<Verdict> verdicts;
  private final SortedSet<String> blockedSteps;
  private final List<Confirmation> open;

  ReviewedPlan(
      Plan plan, List<Verdict> verdicts, Set<String> blockedSteps, List<Confirmation> open) {
    this.plan = plan;
    this.verdicts = List.copyOf(verdicts);
    this.blockedSteps = Collections.unmodifiableSortedSet(new TreeSet<>(blockedSteps));
    this.open = List.copyOf(open);
  }

  /** The plan with the inserted steps. */
  public Plan plan() {
    return plan;
  }

  public List<Verdict> verdicts() {
    return verdicts;
  }

  /** Steps that a rail blocks, and all that wait for them. */
  public SortedSet<String> blockedSteps() {
    return blockedSteps;
  }

  /** Confirmations that are still to be given before anything may run. */
  public List<Confirmation> openConfirmations() {
    return open;
  }

  public boolean blocked() {
    return verdicts.stream().anyMatch(verdict -> verdict.result() == Verdict.Result.BLOCKED);
  }

  /** The steps that may run once nothing is left to confirm. */
  public List<Step> runnable() {
    return plan.steps().stream().filter(step -> !blockedSteps.contains(step.id())).toList();
  }
}
