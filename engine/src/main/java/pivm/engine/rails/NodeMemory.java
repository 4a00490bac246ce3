package pivm.engine.rails;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;

/** A node's memory as the RAM rail sees it. Amounts are in bytes. */
public sealed interface NodeMemory {

  String node();

  /**
   * Memory that can be reckoned with.
   *
   * @param used what is in use now, without what the ZFS ARC gives back
   * @param running what each guest that runs there may use, by VMID; templates are not among them
   */
  record Known(String node, long total, long used, SortedMap<Integer, Long> running)
      implements NodeMemory {
    public Known {
      running = Collections.unmodifiableSortedMap(new TreeMap<>(running));
    }

    /** The sum of what the guests that run there may use. */
    public long committed() {
      return running.values().stream().mapToLong(Long::longValue).sum();
    }

    /** What counts as given away before the plan does anything. */
    public long promised(RailPolicy.RamBasis basis) {
      return switch (basis) {
        case COMMITTED -> Math.max(used, committed());
        case USED -> used;
      };
    }

    /** Whether the promise leaves the headroom that the policy asks for. */
    public boolean holds(long promised, RailPolicy policy) {
      return fits(promised, total, policy.ramHeadroomPercent());
    }
  }

  /**
   * Memory that cannot be judged, so that nothing may be promised there.
   *
   * @param reason such as {@code the memory of vm 105 is unknown}
   */
  record Unknown(String node, String reason) implements NodeMemory {}

  /** Whether {@code promised} is at most {@code 100 - percent} percent of {@code total}. */
  static boolean fits(long promised, long total, int percent) {
    return Math.multiplyExact(promised, 100L) <= Math.multiplyExact(total, 100L - percent);
  }

  /** A node's memory by the statistics of an inventory. */
  static NodeMemory of(Inventory inventory, String name) {
    Node node = inventory.node(name);
    if (node == null) {
      return new Unknown(name, "there is no node of that name");
    }
    if (!node.online()) {
      return new Unknown(name, "the node is offline");
    }
    Long total = node.memoryTotal();
    Long used = node.memoryUsed();
    if (total == null || total <= 0 || used == null) {
      return new Unknown(
          name, "its memory could not be read (that takes Sys.Audit on /nodes/" + name + ")");
    }
    var running = new TreeMap<Integer, Long>();
    for (ObservedGuest guest : inventory.guests().values()) {
      if (!guest.node().equals(name) || !countsAsRunning(guest)) {
        continue;
      }
      Long memory = GuestMemory.current(guest);
      if (memory == null) {
        return new Unknown(
            name, "the memory of " + guest.subject() + ", which runs there, is unknown");
      }
      running.put(guest.vmid(), memory);
    }
    return new Known(name, total, Math.max(0, used - node.reclaimable()), running);
  }

  /** A guest whose power is unknown may run. */
  private static boolean countsAsRunning(ObservedGuest guest) {
    return !guest.template()
        && (guest.power() == PowerState.RUNNING || guest.power() == PowerState.UNKNOWN);
  }

  /** This memory when it is known. */
  default @Nullable Known known() {
    return this instanceof Known known ? known : null;
  }
}
