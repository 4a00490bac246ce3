package pivm.engine.rails;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import pivm.engine.plan.Step;

/** Order among steps. */
final class StepOrder {

  private StepOrder() {}

  /** The steps with each behind all that it waits for; otherwise in the given order. */
  static List<Step> sorted(List<Step> steps) {
    Map<String, Step> byId = byId(steps);
    List<Step> done = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    steps.forEach(step -> place(step, byId, seen, done));
    return List.copyOf(done);
  }

  private static void place(Step step, Map<String, Step> byId, Set<String> seen, List<Step> done) {
    if (!seen.add(step.id())) {
      return;
    }
    for (String before : step.after()) {
      Step other = byId.get(before);
      if (other != null) {
        place(other, byId, seen, done);
      }
    }
    done.add(step);
  }

  /** Those of the given ids and all that wait for one of them, directly or not. */
  static SortedSet<String> withDependents(List<Step> sorted, Set<String> ids) {
    var all = new TreeSet<>(ids);
    for (Step step : sorted) {
      if (step.after().stream().anyMatch(all::contains)) {
        all.add(step.id());
      }
    }
    return all;
  }

  /** The step and all that it waits for, directly or not. */
  static SortedSet<String> withAncestors(List<Step> sorted, String id) {
    var all = new TreeSet<String>();
    all.add(id);
    for (Step step : sorted.reversed()) {
      if (all.contains(step.id())) {
        all.addAll(step.after());
      }
    }
    return all;
  }

  private static Map<String, Step> byId(List<Step> steps) {
    Map<String, Step> byId = new HashMap<>();
    steps.forEach(step -> byId.put(step.id(), step));
    return byId;
  }
}
