package pivm.engine.network.live;

import java.util.List;
import pivm.engine.execution.Settlement;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.inventory.Inventory;
import pivm.engine.network.NetworkOptions;
import pivm.engine.network.NetworkPlanner;
import pivm.engine.network.NodeNetwork;
import pivm.engine.network.ObservedNetwork;
import pivm.engine.network.PendingDiff;
import pivm.engine.plan.NetworkOperation;
import pivm.engine.plan.Plan;

/** Brings back the interfaces of before the last confirmed change, as a change of its own. */
public final class Returning {
  private final Networks networks;
  private final StagedStore store;
  private final NodeBack back;

  public Returning(Networks networks, StagedStore store, NodeBack back) {
    this.networks = networks;
    this.store = store;
    this.back = back;
  }

  /**
   * Plans it. What Proxmox makes of the earlier file is found out by writing it as pending and
   * taking it back at once.
   *
   * @throws NodeBack.Refused when there is none, or something is pending
   * @throws pivm.proxmox.ProxmoxException when the node can't be read
   */
  public Plan plan(String node, NetworkKind kind, Inventory inventory, NetworkOptions options)
      throws NodeBack.Refused, InterruptedException {
    ObservedNetwork now = kind.whole(node, inventory);
    back.restage(node);
    try {
      NodeNetwork earlier = networks.read(node);
      if (earlier.pending() == null) {
        throw new NodeBack.Refused("it is as it was before the last change already", null);
      }
      return NetworkPlanner.returning(
          node, now, earlier, options.with(NetworkPlanner.activeHa(inventory)));
    } finally {
      back.unstage(node);
    }
  }

  WorkEnd work(NetworkOperation.Restage restage, WorkContext context) throws InterruptedException {
    String node = restage.node();
    NodeNetwork before = networks.read(node);
    if (before.pending() != null || !before.fingerprint().equals(restage.basis())) {
      return WorkEnd.refused(
          "the network of " + node + " is not what the plan rested on any more; plan again");
    }
    store.keep(node, null, before);
    try {
      back.restage(node);
    } catch (NodeBack.Refused refused) {
      store.forget(node);
      return WorkEnd.refused(node + ": " + refused.getMessage());
    }
    String diff = networks.read(node).pending();
    if (diff == null) {
      store.forget(node);
      return WorkEnd.refused("the network of " + node + " is as it was before already");
    }
    store.keep(node, diff, before);
    PendingDiff.lines(diff).forEach(context::log);
    return WorkEnd.done("written as pending on " + node + "; not in use yet");
  }

  Settlement settle(NetworkOperation.Restage restage) throws InterruptedException {
    String node = restage.node();
    String pending = networks.read(node).pending();
    StagedStore.Staged ours = store.of(node);
    if (ours != null && ours.is(pending)) {
      return new Settlement.Done("all of it is pending on " + node, List.of());
    }
    try {
      back.unstage(node);
    } catch (NodeBack.Refused away) {
      return new Settlement.OutOfReach(node + ": " + away.getMessage());
    }
    store.forget(node);
    return new Settlement.NotDone("nothing of it is pending on " + node);
  }
}
