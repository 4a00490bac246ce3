package pivm.engine.pipeline;

import java.time.Duration;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import pivm.engine.inventory.Inventory;
import pivm.engine.manifest.Desired;
import pivm.engine.rails.Preflight;
import pivm.engine.rails.ReviewRequest;
import pivm.engine.rails.ReviewedPlan;

/**
 * A judged plan and what it was made from.
 *
 * @param preflights by VMID, of what something destructive would be done to
 * @param took for observing the cluster
 */
public record Planned(
    Desired desired,
    Inventory inventory,
    ReviewRequest request,
    ReviewedPlan reviewed,
    SortedMap<Integer, Preflight> preflights,
    Duration took) {
  public Planned {
    preflights = Collections.unmodifiableSortedMap(new TreeMap<>(preflights));
  }

  /** The plan with the steps that the rails inserted. */
  public pivm.engine.plan.Plan plan() {
    return reviewed.plan();
  }
}
