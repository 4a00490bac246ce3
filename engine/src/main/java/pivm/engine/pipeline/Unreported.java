package pivm.engine.pipeline;

import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.plan.Needs;

/**
 * Guests that Proxmox's statistics do not show yet: for about ten seconds after its creation the
 * cluster's list knows a guest's id and node, and neither power nor memory.
 */
final class Unreported {
  private Unreported() {}

  /** Those on certain nodes, to be asked for one by one: the RAM rail has to count them. */
  static Needs on(SortedSet<String> nodes, Inventory inventory) {
    var vmids = new TreeSet<Integer>();
    for (ObservedGuest guest : inventory.guests().values()) {
      if (nodes.contains(guest.node())
          && inventory.online(guest.node())
          && guest.power() == PowerState.UNKNOWN) {
        vmids.add(guest.vmid());
      }
    }
    return new Needs(new TreeSet<>(), vmids, new TreeMap<>(), new TreeSet<>());
  }
}
