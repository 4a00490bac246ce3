package pivm.engine.rails;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.Storage;

/** Finds the node for a guest that its manifest leaves unplaced. */
public final class Placement {

  private Placement() {}

  /**
   * What the guest must find on its node.
   *
   * @param memory that it will be promised there, in bytes; 0 when it is not to run
   * @param storages that its disks go to
   * @param bridges that its network cards use
   * @param volumes that it is made from ({@code local:vztmpl/FILE}), which have to be on the node
   */
  public record Need(
      long memory,
      SortedSet<String> storages,
      SortedSet<String> bridges,
      SortedSet<String> volumes) {
    public Need {
      storages = Collections.unmodifiableSortedSet(new TreeSet<>(storages));
      bridges = Collections.unmodifiableSortedSet(new TreeSet<>(bridges));
      volumes = Collections.unmodifiableSortedSet(new TreeSet<>(volumes));
    }
  }

  /** The answer. */
  public sealed interface Choice {}

  /**
   * A node that has room.
   *
   * @param reason {@code most headroom: 61 % free after}
   */
  public record Chosen(String node, String reason) implements Choice {}

  /**
   * No node will do.
   *
   * @param reason why each does not: {@code pve-01 has no bridge vmbr7; pve-02 is offline}
   */
  public record None(String reason) implements Choice {}

  private record Candidate(String node, long free, long total) {
    /** By the share of memory that stays free, greatest first. */
    static final Comparator<Candidate> BEST =
        Comparator.<Candidate>comparingDouble(one -> -(double) one.free / one.total)
            .thenComparing(Candidate::node);
  }

  /**
   * The online node with the most headroom after it that has its storages, bridges and volumes.
   *
   * @param promised bytes that the plan has promised so far beyond what the inventory shows, by
   *     node
   */
  public static Choice choose(
      Need need, Inventory inventory, RailPolicy policy, Map<String, Long> promised) {
    List<Candidate> candidates = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (Node node : inventory.nodes().values()) {
      String lack = lack(need, node, inventory);
      if (lack != null) {
        reasons.add(node.name() + " " + lack);
        continue;
      }
      switch (NodeMemory.of(inventory, node.name())) {
        case NodeMemory.Unknown unknown ->
            reasons.add(node.name() + " cannot be judged: " + unknown.reason());
        case NodeMemory.Known memory -> {
          long after =
              memory.promised(policy.ramBasis())
                  + promised.getOrDefault(node.name(), 0L)
                  + need.memory();
          if (need.memory() == 0 || memory.holds(after, policy)) {
            candidates.add(new Candidate(node.name(), memory.total() - after, memory.total()));
          } else {
            reasons.add(node.name() + " would keep only " + free(memory, after) + " % free");
          }
        }
      }
    }
    return candidates.isEmpty() ? none(reasons, policy) : best(candidates);
  }

  private static long free(NodeMemory.Known memory, long after) {
    return Math.max(0, Words.percent(memory.total() - after, memory.total()));
  }

  private static Choice best(List<Candidate> candidates) {
    candidates.sort(Candidate.BEST);
    Candidate best = candidates.getFirst();
    String free = Math.max(0, Words.percent(best.free(), best.total())) + " % free after";
    return new Chosen(
        best.node(),
        candidates.size() == 1 ? "the only node that fits: " + free : "most headroom: " + free);
  }

  private static Choice none(List<String> reasons, RailPolicy policy) {
    return new None(
        reasons.isEmpty()
            ? "no node is known"
            : "no node fits (at least "
                + policy.ramHeadroomPercent()
                + " % of the memory must stay free): "
                + String.join("; ", reasons));
  }

  /** What the node lacks; null when nothing. */
  private static @Nullable String lack(Need need, Node node, Inventory inventory) {
    if (!node.online()) {
      return "is offline";
    }
    for (String id : need.storages()) {
      Storage storage = inventory.storage(id);
      if (storage == null || !usable(storage, node.name())) {
        return "has no storage " + id;
      }
    }
    SortedSet<String> bridges = node.bridges();
    for (String bridge : need.bridges()) {
      if (bridges != null && !bridges.contains(bridge)) {
        return "has no bridge " + bridge;
      }
    }
    for (String volume : need.volumes()) {
      if (!has(inventory, node.name(), volume)) {
        return "has no " + volume;
      }
    }
    return null;
  }

  private static boolean usable(Storage storage, String node) {
    Storage.Use use = storage.use().get(node);
    return storage.onNode(node) && (use == null || use.active());
  }

  /** Whether the node has a volume; a listing that was not read is no evidence against it. */
  private static boolean has(Inventory inventory, String node, String volume) {
    int colon = volume.indexOf(':');
    Storage storage = colon < 0 ? null : inventory.storage(volume.substring(0, colon));
    if (storage == null || !usable(storage, node)) {
      return false;
    }
    if (storage.shared() && !storage.volumes().isEmpty()) {
      return storage.volumes().values().stream().anyMatch(held -> held.containsKey(volume));
    }
    var held = storage.volumes().get(node);
    return held == null || held.containsKey(volume);
  }
}
