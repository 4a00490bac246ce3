package pivm.engine.observation;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What an inventory has to hold beyond what one look at the cluster tells.
 *
 * @param managed VMIDs whose configuration is read; for any other guest the facts in the cluster's
 *     list are enough
 * @param everyConfig whether the configuration of every guest is read, for import
 */
public record ObservationRequest(SortedSet<Integer> managed, boolean everyConfig) {
  public ObservationRequest {
    managed = Collections.unmodifiableSortedSet(new TreeSet<>(managed));
  }

  public static ObservationRequest of(SortedSet<Integer> managed) {
    return new ObservationRequest(managed, false);
  }

  /** Every guest with its configuration, and the lines of containers that have no API key. */
  public static ObservationRequest everything() {
    return new ObservationRequest(new TreeSet<>(), true);
  }

  boolean wants(int vmid) {
    return everyConfig || managed.contains(vmid);
  }
}
