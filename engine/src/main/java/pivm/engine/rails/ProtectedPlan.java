package pivm.engine.rails;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import pivm.engine.plan.Plan;
import pivm.engine.plan.Step;

/**
 * A plan with the steps that protect its guests.
 *
 * @param verdicts what the snapshot rail says, by guest
 * @param inserted the ids of the inserted steps, each with the steps that it is there for
 */
record ProtectedPlan(
    Plan plan, List<Verdict> verdicts, SortedMap<String, SortedSet<String>> inserted) {
  ProtectedPlan {
    verdicts = List.copyOf(verdicts);
    inserted = Collections.unmodifiableSortedMap(new TreeMap<>(inserted));
  }

  /** Inserts what protects every guest that a plan changes. */
  static ProtectedPlan of(ReviewRequest request) {
    var steps = new TreeMap<String, Step>();
    List<String> order = new ArrayList<>();
    for (Step step : request.plan().steps()) {
      steps.put(step.id(), step);
      order.add(step.id());
    }
    List<Verdict> verdicts = new ArrayList<>();
    var inserted = new TreeMap<String, SortedSet<String>>();
    var vmids = new TreeSet<Integer>();
    request.plan().steps().stream().filter(Step::onGuest).forEach(step -> vmids.add(step.vmid()));
    for (int vmid : vmids) {
      GuestProtection protection = new GuestProtection(vmid, request);
      protection.decide();
      protection.verdicts().forEach(verdicts::add);
      protection.rewired().forEach(step -> steps.put(step.id(), step));
      for (GuestProtection.Insertion one : protection.insertions()) {
        steps.put(one.step().id(), one.step());
        order.add(order.indexOf(one.before()), one.step().id());
        inserted.put(one.step().id(), one.serves());
      }
    }
    List<Step> sorted = new ArrayList<>();
    for (String id : order) {
      Step step = steps.get(id);
      if (step != null) {
        sorted.add(step);
      }
    }
    return new ProtectedPlan(with(request.plan(), StepOrder.sorted(sorted)), verdicts, inserted);
  }

  static Plan with(Plan plan, List<Step> steps) {
    return new Plan(
        plan.id(),
        plan.changes(),
        steps,
        plan.obstacles(),
        plan.foreign(),
        plan.unknown(),
        plan.basis());
  }
}
