package pivm.engine.network;

import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What else has to be known of a node before its network is changed.
 *
 * @param needed addresses that have to stay, each with what uses it: {@code PIVM connects to it}
 * @param links addresses that corosync uses here
 * @param guests by bridge, the guests of the node that have a card on it: {@code vm 101 web}
 * @param tagged by bridge, those of them that use a VLAN tag
 * @param unseen guests of the node whose cards can't be seen
 */
public record NodeFacts(
    SortedMap<String, String> needed,
    SortedSet<String> links,
    SortedMap<String, List<String>> guests,
    SortedMap<String, List<String>> tagged,
    List<String> unseen) {
  public NodeFacts {
    needed = Collections.unmodifiableSortedMap(new TreeMap<>(needed));
    links = Collections.unmodifiableSortedSet(new TreeSet<>(links));
    guests = Collections.unmodifiableSortedMap(new TreeMap<>(guests));
    tagged = Collections.unmodifiableSortedMap(new TreeMap<>(tagged));
    unseen = List.copyOf(unseen);
  }

  /** Of a node of which nothing else is known. */
  static NodeFacts none() {
    return new NodeFacts(
        new TreeMap<>(), new TreeSet<>(), new TreeMap<>(), new TreeMap<>(), List.of());
  }
}
