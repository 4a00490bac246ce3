package pivm.engine.rails;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import pivm.engine.plan.Plan;
import pivm.engine.plan.Step;

/**
 * A plan that the rails have judged: the only thing that the executor accepts. It holds the steps
 * that the rails inserted (snapshot first), and says which may run.
 */
public final class ReviewedPlan {
  private final ReviewRequest request;
  private final Plan plan;
  private final List<Verdict> verdicts;
  private final SortedSet<String> blockedSteps;
  private final List<Confirmation> open;
  private final SortedSet<String> unconfirmed;
  private final SortedMap<Integer, Binding> bindings;

  ReviewedPlan(
      ReviewRequest request,
      Plan plan,
      List<Verdict> verdicts,
      Set<String> blockedSteps,
      List<Confirmation> open,
      Set<String> unconfirmed,
      SortedMap<Integer, Binding> bindings) {
    this.request = request;
    this.plan = plan;
    this.verdicts = List.copyOf(verdicts);
    this.blockedSteps = Collections.unmodifiableSortedSet(new TreeSet<>(blockedSteps));
    this.open = List.copyOf(open);
    this.unconfirmed = Collections.unmodifiableSortedSet(new TreeSet<>(unconfirmed));
    this.bindings = Collections.unmodifiableSortedMap(new TreeMap<>(bindings));
  }

  ReviewRequest request() {
    return request;
  }

  /** What each target of something destructive was when it was judged. */
  SortedMap<Integer, Binding> bindings() {
    return bindings;
  }

  /** The plan with the inserted steps. */
  public Plan plan() {
    return plan;
  }

  /** In the order of {@link Rail}, then of the plan. */
  public List<Verdict> verdicts() {
    return verdicts;
  }

  public Actor actor() {
    return request.actor();
  }

  /** Steps that a rail blocks or leaves out for now, and all that wait for them. */
  public SortedSet<String> blockedSteps() {
    return blockedSteps;
  }

  /** Confirmations that are still to be given before anything may run. */
  public List<Confirmation> openConfirmations() {
    return open;
  }

  /**
   * Steps that wait for a confirmation, all that wait for those, and what would only protect them.
   */
  public SortedSet<String> unconfirmedSteps() {
    return unconfirmed;
  }

  /**
   * Whether a rail keeps the run from starting. A lock, a hold and a closed window do not: they
   * only leave out what they are about.
   */
  public boolean blocked() {
    return verdicts.stream().anyMatch(Verdict::stopsRun);
  }

  /** Whether something is blocked for want of a privilege, which has an exit code of its own. */
  public boolean notPermitted() {
    return verdicts.stream()
        .anyMatch(verdict -> verdict.isBlocked() && verdict.rail() == Rail.RIGHTS);
  }

  /** The steps that may run now: neither blocked nor waiting for a confirmation. */
  public List<Step> runnable() {
    return plan.steps().stream().filter(step -> mayRun(step.id())).toList();
  }

  /** Whether a step of this plan is among those. */
  boolean mayRun(String step) {
    return !blockedSteps.contains(step) && !unconfirmed.contains(step);
  }
}
