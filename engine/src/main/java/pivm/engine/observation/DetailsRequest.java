package pivm.engine.observation;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a plan needs to know more exactly, about what it touches only.
 *
 * @param snapshots VMIDs whose snapshots are listed
 * @param fresh VMIDs whose power is asked for anew: the cluster's list shows it up to ten seconds
 *     late, so a plan that starts or stops something asks first
 * @param storages ids of storages whose volumes and free space are read, by the node to ask
 * @param nodes nodes whose bridges and memory are read
 */
public record DetailsRequest(
    SortedSet<Integer> snapshots,
    SortedSet<Integer> fresh,
    SortedMap<String, SortedSet<String>> storages,
    SortedSet<String> nodes) {
  public DetailsRequest {
    snapshots = Collections.unmodifiableSortedSet(new TreeSet<>(snapshots));
    fresh = Collections.unmodifiableSortedSet(new TreeSet<>(fresh));
    storages = Collections.unmodifiableSortedMap(new TreeMap<>(storages));
    nodes = Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
  }

  public static DetailsRequest ofNodes(SortedSet<String> nodes) {
    return new DetailsRequest(new TreeSet<>(), new TreeSet<>(), new TreeMap<>(), nodes);
  }

  public boolean isEmpty() {
    return snapshots.isEmpty() && fresh.isEmpty() && storages.isEmpty() && nodes.isEmpty();
  }
}
