package pivm.engine.pipeline;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Unknown;
import pivm.engine.manifest.Desired;
import pivm.engine.plan.KindPlanner;
import pivm.engine.plan.Needs;
import pivm.engine.plan.PlanOptions;
import pivm.engine.plan.Step;

/** Plans nothing for a kind that could not be looked at, and says so: the other kinds go on. */
record UnseenKind(String kind, String reason) implements KindPlanner {

  @Override
  public SortedSet<Integer> managed(Desired desired) {
    return new TreeSet<>();
  }

  @Override
  public Fragment plan(Desired desired, Inventory inventory, PlanOptions options) {
    return new Fragment(
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(new Unknown(kind, reason)),
        new TreeMap<>(),
        List.of());
  }

  @Override
  public Needs needs(Desired desired, Inventory inventory, List<Step> draft) {
    return Needs.nothing();
  }
}
