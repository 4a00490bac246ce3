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
 * @param arc the ZFS ARC's size in bytes; null when unknown
 * @param arcMinimum what the ZFS ARC never gives back, in bytes; null when unknown (only a node
 *     itself knows it)
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
    @Nullable Long arcMinimum,
    @Nullable Double cpu,
    @Nullable Integer cores,
    long uptime,
    @Nullable SortedSet<String> bridges) {
  public Node {
    bridges = bridges == null ? null : Collections.unmodifiableSortedSet(new TreeSet<>(bridges));
  }

  public Node(
      String name,
      boolean online,
      @Nullable Long memoryTotal,
      @Nullable Long memoryUsed,
      @Nullable Long arc,
      @Nullable Double cpu,
      @Nullable Integer cores,
      long uptime,
      @Nullable SortedSet<String> bridges) {
    this(name, online, memoryTotal, memoryUsed, arc, null, cpu, cores, uptime, bridges);
  }

  /**
   * The part of the used memory that the ZFS ARC gives back when it is needed, in bytes: 0 unless
   * both its size and its minimum are known, since then all of it counts as used.
   */
  public long reclaimable() {
    return arc == null || arcMinimum == null ? 0 : Math.max(0, arc - arcMinimum);
  }

  public Node withBridges(@Nullable SortedSet<String> read) {
    return new Node(
        name, online, memoryTotal, memoryUsed, arc, arcMinimum, cpu, cores, uptime, read);
  }

  public Node withMemory(@Nullable Long total, @Nullable Long used) {
    return new Node(name, online, total, used, arc, arcMinimum, cpu, cores, uptime, bridges);
  }

  public Node withArc(@Nullable Long size, @Nullable Long minimum) {
    return new Node(
        name, online, memoryTotal, memoryUsed, size, minimum, cpu, cores, uptime, bridges);
  }
}
