package pivm.engine.rails;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import pivm.engine.inventory.Inventory;

/**
 * What was read right before a step.
 *
 * @param inventory with the config and snapshots of the step's guest; storages' volumes are not
 *     needed
 * @param begun when the reading was asked for
 * @param done ids of the plan's steps that have succeeded already
 */
public record Fresh(
    Inventory inventory,
    Instant begun,
    Window window,
    SortedMap<Integer, Hold> holds,
    SortedSet<String> done) {
  public Fresh {
    holds = Collections.unmodifiableSortedMap(new TreeMap<>(holds));
    done = Collections.unmodifiableSortedSet(new TreeSet<>(done));
  }
}
