package pivm.engine.plan;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Facts that planning and judging a change rest on and that the first look at the cluster does not
 * give.
 *
 * @param snapshots guests whose snapshots are needed
 * @param fresh guests whose power is needed as it is now: the cluster's list is seconds old
 * @param volumes storages whose volumes are to be listed, by node
 * @param nodes nodes whose bridges and memory details are needed
 */
public record Needs(
    SortedSet<Integer> snapshots,
    SortedSet<Integer> fresh,
    SortedMap<String, SortedSet<String>> volumes,
    SortedSet<String> nodes) {
  public Needs {
    snapshots = Collections.unmodifiableSortedSet(new TreeSet<>(snapshots));
    fresh = Collections.unmodifiableSortedSet(new TreeSet<>(fresh));
    volumes = Collections.unmodifiableSortedMap(new TreeMap<>(volumes));
    nodes = Collections.unmodifiableSortedSet(new TreeSet<>(nodes));
  }

  public static Needs nothing() {
    return new Needs(new TreeSet<>(), new TreeSet<>(), new TreeMap<>(), new TreeSet<>());
  }

  /** The power of certain guests, and nothing else. */
  public static Needs power(SortedSet<Integer> guests) {
    return new Needs(new TreeSet<>(), guests, new TreeMap<>(), new TreeSet<>());
  }

  public boolean isEmpty() {
    return snapshots.isEmpty() && fresh.isEmpty() && volumes.isEmpty() && nodes.isEmpty();
  }

  /** What either needs. */
  public Needs and(Needs other) {
    var more = new TreeMap<>(volumes);
    other.volumes.forEach((node, storages) -> more.merge(node, storages, Needs::both));
    return new Needs(
        both(snapshots, other.snapshots), both(fresh, other.fresh), more, both(nodes, other.nodes));
  }

  private static <T> SortedSet<T> both(SortedSet<T> one, SortedSet<T> other) {
    var both = new TreeSet<>(one);
    both.addAll(other);
    return both;
  }
}
