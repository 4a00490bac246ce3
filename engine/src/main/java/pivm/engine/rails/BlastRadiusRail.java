package pivm.engine.rails;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import pivm.engine.plan.Counted;
import pivm.engine.plan.Operation;
import pivm.engine.plan.PatchOperation;
import pivm.engine.plan.Step;

/** A run that would reach unusually far asks first, whoever started it. */
final class BlastRadiusRail implements RailRule {

  /** The steps that the question is about; empty when the run stays within bounds. */
  static SortedSet<String> reach(Situation start) {
    var steps = new TreeSet<String>();
    if (question(start).isEmpty()) {
      return steps;
    }
    start.plan().steps().stream()
        .filter(step -> disturbs(step, start))
        .forEach(step -> steps.add(step.id()));
    return steps;
  }

  /** What is asked; empty when there is nothing to ask. */
  static String question(Situation start) {
    var destroyed = new TreeSet<Integer>();
    var disturbed = new TreeSet<Integer>();
    for (Step step : start.plan().steps()) {
      if (!disturbs(step, start)) {
        continue;
      }
      disturbed.add(step.vmid());
      if (step.operation() instanceof Operation.Destroy) {
        destroyed.add(step.vmid());
      }
    }
    if (destroyed.size() > 1) {
      return "destroy " + Counted.of(destroyed.size(), "guest") + " at once: " + ids(destroyed);
    }
    RailPolicy policy = start.request().policy();
    int managed = managed(start);
    int bound = Math.max(policy.blastMinimum(), managed * policy.blastSharePercent() / 100);
    return disturbed.size() > bound
        ? "change or restart "
            + disturbed.size()
            + " of "
            + Counted.of(managed, "managed guest")
            + " at once (more than "
            + policy.blastSharePercent()
            + " % and more than "
            + policy.blastMinimum()
            + "): "
            + ids(disturbed)
        : "";
  }

  private static String ids(SortedSet<Integer> vmids) {
    return Words.list(vmids.stream().map(String::valueOf).toList());
  }

  /** Managed guests that are there. */
  private static int managed(Situation start) {
    return (int)
        start.request().desired().guests().stream()
            .filter(guest -> start.inventory().guest(guest.vmid()) != null)
            .count();
  }

  /** Whether a step does something to a guest that was there before. */
  private static boolean disturbs(Step step, Situation start) {
    return start.inventory().guest(step.vmid()) != null
        && switch (step.operation()) {
          case Operation.TakeSnapshot _,
              Operation.DeleteSnapshot _,
              Operation.Backup _,
              Operation.Create _,
              Operation.Clone _,
              Operation.Start _,
              // How many are patched is what its own manifest is about, each behind a snapshot.
              PatchOperation _ ->
              false;
          default -> true;
        };
  }

  @Override
  public List<Verdict> judge(Situation start) {
    String question = question(start);
    return question.isEmpty()
        ? List.of()
        : List.of(Verdict.confirm(Rail.BLAST_RADIUS, null, "this run would " + question));
  }
}
