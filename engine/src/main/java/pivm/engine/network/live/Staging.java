package pivm.engine.network.live;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.Settlement;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.network.NodeNetwork;
import pivm.engine.network.PendingDiff;
import pivm.engine.network.StagedState;
import pivm.engine.plan.Counted;
import pivm.engine.plan.NetworkOperation;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;

/** Writes interfaces as pending, all of them or none. */
final class Staging {
  private final Networks networks;
  private final StagedStore store;

  Staging(Networks networks, StagedStore store) {
    this.networks = networks;
    this.store = store;
  }

  /** Something is not as it has to be; the message says what. */
  private static final class Wrong extends Exception {
    Wrong(String message) {
      super(message);
    }
  }

  WorkEnd work(NetworkOperation.Stage stage, WorkContext context) throws InterruptedException {
    String node = stage.node();
    try {
      NodeNetwork before = clean(stage);
      if (stage.calls().isEmpty()) {
        return WorkEnd.done("what PIVM had written as pending on " + node + " was taken back");
      }
      String diff = write(stage, before);
      PendingDiff.lines(diff).forEach(context::log);
      return WorkEnd.done("written as pending on " + node + "; not in use yet");
    } catch (Wrong wrong) {
      return WorkEnd.refused(String.valueOf(wrong.getMessage()));
    }
  }

  List<String> preview(NetworkOperation.Stage stage)
      throws NetworkPreview.Impossible, InterruptedException {
    try {
      List<String> diff = PendingDiff.lines(write(stage, clean(stage)));
      networks.revert(stage.node());
      store.forget(stage.node());
      return diff;
    } catch (Wrong wrong) {
      throw new NetworkPreview.Impossible(String.valueOf(wrong.getMessage()));
    }
  }

  @Nullable String pending(String node) throws InterruptedException {
    return networks.read(node).pending();
  }

  /** The network with nothing pending; what PIVM wrote earlier is taken back. */
  private NodeNetwork clean(NetworkOperation.Stage stage) throws Wrong, InterruptedException {
    String node = stage.node();
    NodeNetwork now = networks.read(node);
    String pending = now.pending();
    if (pending != null) {
      StagedStore.Staged ours = store.of(node);
      if (ours == null || !ours.is(pending)) {
        throw new Wrong(
            "changes of somebody else wait to be applied on "
                + node
                + "; apply or revert them on the node's Network page, then plan again");
      }
      networks.revert(node);
      now = networks.read(node);
    }
    store.forget(node);
    if (!now.fingerprint().equals(stage.basis())) {
      throw new Wrong(
          "the network of " + node + " is not what the plan rested on any more; plan again");
    }
    return now;
  }

  private String write(NetworkOperation.Stage stage, NodeNetwork before)
      throws Wrong, InterruptedException {
    String node = stage.node();
    store.keep(node, null, before);
    List<ApiCall> calls = stage.calls();
    for (int i = 0; i < calls.size(); i++) {
      try {
        networks.proxmox().call(calls.get(i));
      } catch (ProxmoxException.Unreachable | ProxmoxException.NodeUnreachable away) {
        throw away;
      } catch (ProxmoxException refused) {
        String left = takeBack(stage, before, i);
        throw new Wrong(
            "Proxmox refuses to write "
                + calls.get(i).path()
                + ": "
                + refused.getMessage()
                + (left == null ? "; nothing is pending" : "; " + left));
      }
    }
    return checked(stage, before);
  }

  private String checked(NetworkOperation.Stage stage, NodeNetwork before)
      throws Wrong, InterruptedException {
    String node = stage.node();
    NodeNetwork staged = networks.read(node);
    String diff = staged.pending();
    if (diff == null || !staged.sameAs(StagedState.after(before, stage.calls(), all(stage)))) {
      store.forget(node);
      throw new Wrong(
          "what is pending on "
              + node
              + " now is not what PIVM wrote: somebody else may be editing it; look at the node's"
              + " Network page, revert it there, and plan again");
    }
    List<String> lost = StagedState.lostAddresses(diff, before);
    if (!lost.isEmpty()) {
      networks.revert(node);
      store.forget(node);
      throw new Wrong(
          "writing the network of "
              + node
              + " would drop the address "
              + String.join(", ", lost)
              + ", which stands in /etc/network/interfaces as a further address of an interface and"
              + " which Proxmox's API does not know; move it to a file in"
              + " /etc/network/interfaces.d, then plan again; nothing is pending");
    }
    store.keep(node, diff, before);
    return diff;
  }

  private static int all(NetworkOperation.Stage stage) {
    return stage.calls().size();
  }

  /** Takes back what was written, if nobody else wrote; null when nothing is left. */
  private @Nullable String takeBack(NetworkOperation.Stage stage, NodeNetwork before, int done)
      throws InterruptedException {
    String node = stage.node();
    NodeNetwork now = networks.read(node);
    if (now.pending() != null && !now.sameAs(StagedState.after(before, stage.calls(), done))) {
      store.forget(node);
      return "somebody else is editing the network of "
          + node
          + " too, so what is pending there is left; look at the node's Network page";
    }
    networks.revert(node);
    store.forget(node);
    return null;
  }

  /** Whether all was written, or how far; what was half written is taken back. */
  Settlement settle(NetworkOperation.Stage stage) throws InterruptedException {
    String node = stage.node();
    NodeNetwork now = networks.read(node);
    StagedStore.Staged ours = store.of(node);
    String pending = now.pending();
    if (pending == null) {
      store.forget(node);
      return new Settlement.NotDone("nothing is pending on " + node);
    }
    if (ours == null) {
      return new Settlement.NotDone("PIVM has written nothing on " + node);
    }
    if (ours.is(pending)) {
      return new Settlement.Done("all of it is pending on " + node, PendingDiff.lines(pending));
    }
    for (int done = 0; done <= all(stage); done++) {
      if (now.sameAs(StagedState.after(ours.before(), stage.calls(), done))) {
        networks.revert(node);
        store.forget(node);
        return new Settlement.NotDone(
            done
                + " of "
                + Counted.of(all(stage), "change")
                + " on "
                + node
                + " had been made, and awaited being applied; taken back");
      }
    }
    store.forget(node);
    return new Settlement.Unclear(
        "what is pending on "
            + node
            + " is not what PIVM wrote alone; look at the node's Network page and revert it there");
  }
}
