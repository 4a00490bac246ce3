package pivm.engine.inventory;

import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A cluster node as it is.
 *
 * @param memoryTotal in bytes; null when unknown
 * @param memoryUsed in bytes, the ZFS ARC included; null when unknown
 * @param arc the ZFS ARC's size in bytes; null when unknown, and then it counts as used
 * @param cpu share of all cores in use, 0 to 1; null when unknown
 * @param cores number of logical processors; null when unknown
 * @param uptime in seconds; 0 when unknown
 * @param bridges names of bridges that guests can use; null when they were not read
 */
public record Node(
    String name,
    boolean online,
    @Nullable Long memoryTotal,
    @Nullable Long memoryUsed,
    @Nullable Long arc,
    @Nullable Double cpu,
    @Nullable Integer cores,
    long uptime,
    @Nullable SortedSet<String> bridges) {
  public Node {
    bridges = bridges == null ? null : Collections.unmodifiableSortedSet(new TreeSet<>(bridges));
  }

  public Node withBridges(SortedSet<String> read) {
    return new Node(name, online, memoryTotal, memoryUsed, arc, cpu, cores, uptime, read);
  }
}
