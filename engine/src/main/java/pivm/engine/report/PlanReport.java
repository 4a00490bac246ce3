package pivm.engine.report;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Unknown;
import pivm.engine.plan.Action;
import pivm.engine.plan.Change;
import pivm.engine.plan.Step;
import pivm.engine.plan.StepCommand;
import pivm.engine.rails.Confirmation;
import pivm.engine.rails.ReviewedPlan;
import pivm.engine.rails.Verdict;

/**
 * A judged plan as every face shows it.
 *
 * @param steps with the command that does the same on a node
 * @param confirmations questions that are open
 * @param foreign guests that no manifest names
 */
public record PlanReport(
    String id,
    Summary summary,
    List<Change> changes,
    List<StepLine> steps,
    List<Verdict> verdicts,
    List<Confirmation> confirmations,
    List<String> foreign,
    List<Unknown> unknown,
    Seen seen) {

  /** The version of the JSON form; raised only when a field changes its meaning. */
  public static final int FORMAT = 1;

  /** How much of what; {@code change} counts restarts, moves and conversions too. */
  public record Summary(
      int create,
      int change,
      int destroy,
      int start,
      int stop,
      int blocked,
      int confirm,
      int unknown) {}

  /** A step. */
  public record StepLine(String id, List<String> after, String command) {
    public StepLine {
      after = List.copyOf(after);
    }
  }

  /**
   * What was looked at.
   *
   * @param took null when nobody measured
   */
  public record Seen(int nodes, int guests, @Nullable Duration took) {}

  public PlanReport {
    changes = List.copyOf(changes);
    steps = List.copyOf(steps);
    verdicts = List.copyOf(verdicts);
    confirmations = List.copyOf(confirmations);
    foreign = List.copyOf(foreign);
    unknown = List.copyOf(unknown);
  }

  /**
   * @param took how long observing took; null when not measured
   */
  public static PlanReport of(ReviewedPlan reviewed, Inventory inventory, @Nullable Duration took) {
    List<Change> changes = reviewed.plan().changes();
    List<StepLine> steps = reviewed.plan().steps().stream().map(PlanReport::line).toList();
    List<Unknown> unknown = oneEach(reviewed.plan().unknown());
    var summary =
        new Summary(
            count(changes, Action.CREATE),
            count(changes, Action.CHANGE)
                + count(changes, Action.RESTART)
                + count(changes, Action.MIGRATE)
                + count(changes, Action.TEMPLATE),
            count(changes, Action.DESTROY),
            count(changes, Action.START),
            count(changes, Action.STOP),
            (int) reviewed.verdicts().stream().filter(Verdict::isBlocked).count(),
            reviewed.openConfirmations().size(),
            unknown.size());
    return new PlanReport(
        reviewed.plan().id(),
        summary,
        changes,
        steps,
        reviewed.verdicts(),
        reviewed.openConfirmations(),
        reviewed.plan().foreign(),
        unknown,
        new Seen(inventory.nodes().size(), inventory.guests().size(), took));
  }

  private static StepLine line(Step step) {
    return new StepLine(
        step.id(), List.copyOf(step.after()), StepCommand.of(step.operation(), step.node()));
  }

  private static int count(List<Change> changes, Action action) {
    return (int) changes.stream().filter(change -> change.action() == action).count();
  }

  /** What can't be seen, with the first reason of each. */
  private static List<Unknown> oneEach(List<Unknown> unknown) {
    var known = new HashSet<String>();
    return unknown.stream().filter(one -> known.add(one.subject())).toList();
  }

  /** Whether nothing is to be done and nothing stands in the way. */
  public boolean isEmpty() {
    return steps.isEmpty() && summary.blocked() == 0;
  }
}
