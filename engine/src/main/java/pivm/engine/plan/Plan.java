package pivm.engine.plan;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import pivm.engine.inventory.Unknown;

/**
 * What differs and what would be done about it. Nothing in it has been judged yet: the rails make a
 * {@code ReviewedPlan} of it, the only thing that can be executed.
 *
 * @param id hash of the declared entries, the steps and what they rest on
 * @param steps ordered so that each stands behind all that it waits for
 * @param foreign guests that no manifest names, as {@code lxc 105 proxy on pve-01}
 * @param basis by VMID, for every guest that a step touches
 */
public record Plan(
    String id,
    List<Change> changes,
    List<Step> steps,
    List<Obstacle> obstacles,
    List<String> foreign,
    List<Unknown> unknown,
    SortedMap<Integer, Basis> basis) {
  public Plan {
    changes = List.copyOf(changes);
    steps = List.copyOf(steps);
    obstacles = List.copyOf(obstacles);
    foreign = List.copyOf(foreign);
    unknown = List.copyOf(unknown);
    basis = Collections.unmodifiableSortedMap(new TreeMap<>(basis));
  }

  /** Whether the cluster is as declared, as far as it could be seen. */
  public boolean isEmpty() {
    return steps.isEmpty() && obstacles.isEmpty();
  }

  /** The same plan where guests that no manifest declares are nobody's business. */
  public Plan withoutForeign() {
    return new Plan(id, changes, steps, obstacles, List.of(), unknown, basis);
  }
}
