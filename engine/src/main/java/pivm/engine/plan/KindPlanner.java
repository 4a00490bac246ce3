package pivm.engine.plan;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Unknown;
import pivm.engine.manifest.Desired;

/**
 * One kind of thing that manifests declare: compares what is declared with what is there and turns
 * the difference into steps. A new kind is a new implementation and its entry in the list that
 * {@link Planner} is given.
 */
public interface KindPlanner {

  /** The word for it on the command line: {@code guests}. */
  String kind();

  /** The guests whose configuration it compares or builds on. */
  SortedSet<Integer> managed(Desired desired);

  /**
   * Whether it builds on what the other kinds bring: then it plans after them, with that in the
   * inventory and in the options.
   */
  default boolean buildsOnOthers() {
    return false;
  }

  Fragment plan(Desired desired, Inventory inventory, PlanOptions options);

  /**
   * What has to be read beyond the inventory's first round before planning and judging is exact;
   * empty when nothing differs, so that a plan without changes stays cheap.
   *
   * @param draft the steps that this kind plans on that inventory
   */
  Needs needs(Desired desired, Inventory inventory, List<Step> draft);

  /**
   * A kind's part of the plan.
   *
   * @param declared canonical text of the declared entries that steps come from, for the plan's id
   * @param incoming what its steps bring for other kinds to build on
   */
  record Fragment(
      List<Change> changes,
      List<Step> steps,
      List<Obstacle> obstacles,
      List<String> foreign,
      List<Unknown> unknown,
      SortedMap<Integer, Basis> basis,
      List<String> declared,
      Incoming incoming) {
    public Fragment(
        List<Change> changes,
        List<Step> steps,
        List<Obstacle> obstacles,
        List<String> foreign,
        List<Unknown> unknown,
        SortedMap<Integer, Basis> basis,
        List<String> declared) {
      this(changes, steps, obstacles, foreign, unknown, basis, declared, Incoming.NOTHING);
    }

    public Fragment {
      changes = List.copyOf(changes);
      steps = List.copyOf(steps);
      obstacles = List.copyOf(obstacles);
      foreign = List.copyOf(foreign);
      unknown = List.copyOf(unknown);
      basis = Collections.unmodifiableSortedMap(new TreeMap<>(basis));
      declared = List.copyOf(declared);
    }
  }
}
