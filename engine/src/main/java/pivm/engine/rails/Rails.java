package pivm.engine.rails;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import pivm.engine.plan.Plan;
import pivm.engine.plan.Step;

/**
 * The safety rails. They are mandatory for people, timers and AI assistants alike, and nothing
 * turns one off. Pure: the same request always gives the same review.
 */
public final class Rails {

  private Rails() {}

  /** Judges a plan, with the steps inserted that protect what it changes. */
  public static ReviewedPlan review(ReviewRequest request) {
    return new Review(request).review();
  }

  /**
   * The guests that something destructive would be done to: the ones to gather a {@link Preflight}
   * for before {@link #review}.
   */
  public static SortedSet<Integer> targets(ReviewRequest request) {
    var vmids = new TreeSet<Integer>();
    Plan plan = ProtectedPlan.of(request).plan();
    var situation = new Situation(request.withPlan(plan));
    for (Step step : plan.steps()) {
      if (step.onGuest()
          && !DestructiveAction.of(step, situation).isEmpty()
          && request.inventory().guest(step.vmid()) != null) {
        vmids.add(step.vmid());
      }
      situation.apply(step);
    }
    return vmids;
  }

  /**
   * Judges a step again right before it runs, on fresh readings, and reserves the memory that it
   * needs. Its memory is to be settled with {@link MemoryLedger#done} or {@link
   * MemoryLedger#release}.
   *
   * @return what is worse than it was reviewed; the step may run when there is nothing
   */
  public static List<Verdict> recheck(
      ReviewedPlan reviewed, Step step, Fresh facts, MemoryLedger ledger) {
    return new Recheck(reviewed, step, facts).verdicts(ledger);
  }

  /** The rules that look at work on a node. */
  static List<RailRule> workRules() {
    return List.of(new RightsRail(), new QuorumRail(), new DestructiveRail());
  }

  /**
   * The rules that look at every step about a guest, but for memory, which a run keeps a ledger of.
   */
  static List<RailRule> rules(boolean atOnce) {
    List<RailRule> rules = new ArrayList<>();
    rules.add(new RightsRail());
    rules.add(new QuorumRail());
    rules.add(new ExistenceRail());
    rules.add(new DestructiveRail());
    rules.add(new NamingRail());
    rules.add(new LockRail(atOnce));
    rules.add(new HoldRail());
    rules.add(new ForeignRail());
    rules.add(new WindowRail());
    return rules;
  }
}
