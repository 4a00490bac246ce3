package pivm.engine.hostupdate;

import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.WorkContext;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.plan.Needs;
import pivm.engine.rails.GuestMemory;
import pivm.engine.rails.MemoryLedger;
import pivm.engine.rails.Movability;
import pivm.engine.rails.NodeMemory;
import pivm.engine.rails.Placement;
import pivm.engine.rails.RailPolicy;

/**
 * Finds room for guests, by the rail about memory: what earlier moves of the same worker have been
 * promised counts until the statistics show it, so that several moves can't be given the same room.
 */
final class Room {
  private final RailPolicy policy;
  private final MemoryLedger ledger = new MemoryLedger();

  Room(RailPolicy policy) {
    this.policy = policy;
  }

  /**
   * Where a guest goes.
   *
   * @param node null when it can go nowhere
   * @param reason why there, or why nowhere
   * @param guest as it was just seen, with its configuration and snapshots; null when it is gone
   */
  record Found(
      @Nullable String node, String reason, @Nullable ObservedGuest guest, Inventory seen) {}

  /**
   * Finds a node and reserves the guest's memory there.
   *
   * @param only the node that it must be; null for any but the guest's own
   */
  Found reserve(int vmid, @Nullable String only, WorkContext context) {
    Instant begun = context.now();
    Inventory seen = observe(vmid, context);
    ObservedGuest guest = seen.guest(vmid);
    if (guest == null) {
      return new Found(null, "it is gone", null, seen);
    }
    if (GuestMemory.next(guest) == null || GuestMemory.current(guest) == null) {
      return new Found(null, "its memory is unknown", guest, seen);
    }
    Inventory candidates = seen.withNodes(nodes(seen, guest.node(), only));
    var promised = new TreeMap<String, Long>();
    for (String name : candidates.nodes().keySet()) {
      NodeMemory.Known known = NodeMemory.of(seen, name).known();
      if (known != null) {
        promised.put(name, ledger.promised(known, begun));
      }
    }
    Placement.Need need = Movability.need(guest);
    return switch (Placement.choose(need, candidates, policy, promised)) {
      case Placement.None(String reason) -> new Found(null, reason, guest, seen);
      case Placement.Chosen(String node, String reason) -> {
        var claim = new MemoryLedger.Claim(claim(vmid), vmid, node, need.memory(), need.memory());
        String refused = ledger.reserve(claim, NodeMemory.of(seen, node), begun, policy);
        yield new Found(
            refused == null ? node : null, refused == null ? reason : refused, guest, seen);
      }
    };
  }

  private static Inventory observe(int vmid, WorkContext context) {
    var named = new TreeSet<>(List.of(vmid));
    Inventory seen = context.observer().observe(ObservationRequest.of(named));
    var needs =
        new Needs(named, new TreeSet<>(), new TreeMap<>(), new TreeSet<>(seen.nodes().keySet()));
    return context.observer().details(seen, needs);
  }

  private static SortedMap<String, Node> nodes(
      Inventory seen, String leaving, @Nullable String only) {
    var nodes = new TreeMap<String, Node>();
    seen.nodes()
        .forEach((name, node) -> {
          if (only == null ? !name.equals(leaving) : name.equals(only)) {
            nodes.put(name, node);
          }
        });
    return nodes;
  }

  /** The move succeeded: the statistics will show it. */
  void done(int vmid, Instant at) {
    ledger.done(claim(vmid), at);
  }

  /** It did not. */
  void release(int vmid) {
    ledger.release(claim(vmid));
  }

  private static String claim(int vmid) {
    return "move " + vmid;
  }
}
