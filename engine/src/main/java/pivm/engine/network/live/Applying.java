package pivm.engine.network.live;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.CutOff;
import pivm.engine.execution.Settlement;
import pivm.engine.execution.TaskEnd;
import pivm.engine.execution.WorkContext;
import pivm.engine.execution.WorkEnd;
import pivm.engine.network.NodeNetwork;
import pivm.engine.network.WayBack;
import pivm.engine.plan.NetworkOperation;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Upid;

/**
 * Takes what is pending into use: the way back first, then one reload, then a connection made anew,
 * then the confirmation. Whatever happens to PIVM in between, the node helps itself.
 */
final class Applying {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** The node may still be reloading what it went back to. */
  private static final Duration RETURN = Duration.ofMinutes(2);

  private static final String ARMING = "arming ";
  private static final String ARMED = "armed";

  private final Networks networks;
  private final StagedStore store;
  private final NodeBack back;
  private final Reach reach;
  private final Attendant attendant;

  Applying(Networks networks, StagedStore store, NodeBack back, Reach reach, Attendant attendant) {
    this.networks = networks;
    this.store = store;
    this.back = back;
    this.reach = reach;
    this.attendant = attendant;
  }

  WorkEnd work(NetworkOperation.Apply apply, WorkContext context) throws InterruptedException {
    String node = apply.node();
    NodeNetwork staged = networks.read(node);
    StagedStore.Staged ours = store.of(node);
    if (ours == null || !ours.is(staged.pending())) {
      return WorkEnd.refused(
          "what is pending on " + node + " is not what PIVM wrote there; plan again");
    }
    String id = "pivm-" + context.now().getEpochSecond();
    context.mark(ARMING + id);
    try {
      back.arm(node, apply.seconds(), id);
    } catch (NodeBack.Refused refused) {
      networks.revert(node);
      store.forget(node);
      return WorkEnd.failed(
          "the way back could not be put on "
              + node
              + ", so that its network was left alone: "
              + refused.getMessage());
    }
    Instant until = context.now().plusSeconds(apply.seconds());
    context.mark(ARMED);
    context.log("the way back is in place: " + apply.seconds() + " seconds");
    String failed = reload(node, context);
    if (failed != null) {
      return takenBack(node, failed, context);
    }
    return reached(apply, id, staged, until, context);
  }

  /** Why the reload failed; null when it did not, or can't be told. */
  private @Nullable String reload(String node, WorkContext context) {
    try {
      Upid upid = Upid.parse(networks.proxmox().call(ApiCall.put(Networks.path(node))).asText());
      context.mark("applied");
      TaskEnd end = upid == null ? null : context.follow(upid);
      return end == null || end.ok() ? null : "the reload ended with: " + end.exitStatus();
    } catch (ProxmoxException.Unreachable | ProxmoxException.NodeUnreachable away) {
      context.log("the connection was lost during the reload: " + away.getMessage());
      return null;
    } catch (ProxmoxException refused) {
      return "the reload failed: " + refused.getMessage();
    }
  }

  private WorkEnd takenBack(String node, String failed, WorkContext context)
      throws InterruptedException {
    try {
      back.back(node);
    } catch (NodeBack.Refused unreachable) {
      context.log("it goes back by itself: " + unreachable.getMessage());
    }
    forgetUnlessPending(node);
    return WorkEnd.failed(failed + "; the network of " + node + " was put back as it was");
  }

  private WorkEnd reached(
      NetworkOperation.Apply apply,
      String id,
      NodeNetwork staged,
      Instant until,
      WorkContext context)
      throws InterruptedException {
    String node = apply.node();
    String problem = reach.problem(node);
    while (problem != null && context.now().isBefore(until)) {
      context.waiting("a new connection to " + node + ": " + problem);
      context.pause(PAUSE);
      problem = reach.problem(node);
    }
    if (problem != null) {
      return lost(apply, id, problem, context);
    }
    if (!context.now().isBefore(until) && gone(node)) {
      forgetUnlessPending(node);
      return WorkEnd.failed(
          node
              + " could not be reached with its new network until the time was over; it went back"
              + " by itself and answers again");
    }
    context.mark("reached");
    context.log(node + " answers over a new connection");
    NodeNetwork now = networks.read(node);
    if (now.pending() != null || !now.sameAs(staged.interfaces())) {
      return takenBack(node, "the network in use is not the one that was applied", context);
    }
    return apply.keep() ? confirmed(node, id) : awaited(apply, id, context);
  }

  /** Whether the change is no longer open to be confirmed. */
  private boolean gone(String node) throws InterruptedException {
    try {
      WayBack.State state = back.status(node).state();
      return state == WayBack.State.REVERTED || state == WayBack.State.REVERTING;
    } catch (NodeBack.Refused notKnown) {
      return false;
    }
  }

  private WorkEnd confirmed(String node, String id) throws InterruptedException {
    try {
      back.confirm(node, id);
    } catch (NodeBack.Refused refused) {
      forgetUnlessPending(node);
      return WorkEnd.failed("the network of " + node + " was not kept: " + refused.getMessage());
    }
    store.forget(node);
    return WorkEnd.done("in use, and kept: " + node + " answers over a new connection");
  }

  /** A person confirms it, from wherever they are. */
  private WorkEnd awaited(NetworkOperation.Apply apply, String id, WorkContext context)
      throws InterruptedException {
    String node = apply.node();
    Instant end = context.now().plusSeconds(apply.seconds()).plus(RETURN);
    WayBack.Status status = null;
    while (true) {
      try {
        status = back.status(node);
      } catch (NodeBack.Refused notNow) {
        context.log("the way back on " + node + " can't be asked: " + notNow.getMessage());
      }
      boolean open =
          status == null
              || status.state() == WayBack.State.ARMED
              || status.state() == WayBack.State.REVERTING;
      if (!open) {
        break;
      }
      if (context.stopping() || context.now().isAfter(end)) {
        return WorkEnd.unsettled(
            "the network of "
                + node
                + " is in use and goes back unless: pivm network confirm "
                + node);
      }
      WorkEnd said = said(node, id, context);
      if (said != null) {
        return said;
      }
      Integer left = status == null ? null : status.left();
      context.waiting(
          "to keep it: "
              + attendant.offer(node)
              + "pivm network confirm "
              + node
              + (left == null ? "" : " (" + left + " s left)"));
      context.pause(PAUSE);
    }
    forgetUnlessPending(node);
    return kept(Objects.requireNonNull(status), id)
        ? WorkEnd.done("in use, and confirmed")
        : WorkEnd.failed(
            "nobody confirmed it within "
                + apply.seconds()
                + " seconds: the network of "
                + node
                + " went back by itself");
  }

  /** What the person before the run has said; null for nothing, or while the node is silent. */
  private @Nullable WorkEnd said(String node, String id, WorkContext context)
      throws InterruptedException {
    Attendant.Word word = attendant.said(node);
    if (word == null) {
      return null;
    }
    if (word == Attendant.Word.TAKE_BACK) {
      return takenBack(node, "it was not to be kept", context);
    }
    String problem = reach.problem(node);
    if (problem != null) {
      context.log("not kept: " + node + " can't be reached over a new connection: " + problem);
      return null;
    }
    return confirmed(node, id);
  }

  private static boolean kept(WayBack.Status status, String id) {
    return status.state() == WayBack.State.CONFIRMED && id.equals(status.id());
  }

  /** Nobody reaches the node: it helps itself. */
  private WorkEnd lost(NetworkOperation.Apply apply, String id, String problem, WorkContext context)
      throws InterruptedException {
    String node = apply.node();
    Instant end = context.now().plus(RETURN);
    String since = reach.problem(node);
    while (since != null && context.now().isBefore(end)) {
      context.waiting(node + " to go back by itself");
      context.pause(PAUSE);
      since = reach.problem(node);
    }
    if (since != null) {
      return WorkEnd.unsettled(
          node + " can't be reached (" + since + "), and its way back is not known to have run");
    }
    try {
      if (kept(back.status(node), id)) {
        return WorkEnd.done("in use, and confirmed");
      }
    } catch (NodeBack.Refused notKnown) {
      context.log("the way back on " + node + " can't be asked: " + notKnown.getMessage());
    }
    forgetUnlessPending(node);
    return WorkEnd.failed(
        node
            + " could not be reached with its new network ("
            + problem
            + "); it went back by itself and answers again");
  }

  private void forgetUnlessPending(String node) throws InterruptedException {
    try {
      if (networks.read(node).pending() == null) {
        store.forget(node);
      }
    } catch (ProxmoxException away) {
      // what PIVM wrote is found out when it is read next
    }
  }

  Settlement settle(NetworkOperation.Apply apply, CutOff cutOff, WorkContext context)
      throws InterruptedException {
    String node = apply.node();
    String id =
        cutOff.marks().stream()
            .filter(mark -> mark.startsWith(ARMING))
            .map(mark -> mark.substring(ARMING.length()))
            .findFirst()
            .orElse("");
    boolean armed = cutOff.marks().contains(ARMED);
    Instant end = context.now().plusSeconds(apply.seconds()).plus(RETURN);
    while (true) {
      String why;
      try {
        WayBack.Status status = back.status(node);
        if (!armed) {
          return never(node, id, status);
        }
        Settlement settled = outcome(node, id, status);
        if (settled != null) {
          forgetUnlessPending(node);
          return settled;
        }
        why = "a network change waits on " + node + ": pivm network confirm " + node;
      } catch (NodeBack.Refused away) {
        why = "the way back on " + node + " can't be asked: " + away.getMessage();
      }
      if (context.stopping() || !context.now().isBefore(end)) {
        return new Settlement.OutOfReach(why);
      }
      context.waiting(why);
      context.pause(PAUSE);
    }
  }

  /** It was cut off before it was known to be armed, and so before anything was applied. */
  private Settlement never(String node, String id, WayBack.Status status)
      throws NodeBack.Refused, InterruptedException {
    if (status.state() == WayBack.State.ARMED && id.equals(status.id())) {
      back.back(node);
    }
    return new Settlement.NotDone("the network of " + node + " had not been applied");
  }

  /** Null while it is open. */
  private static @Nullable Settlement outcome(String node, String id, WayBack.Status status) {
    if (kept(status, id)) {
      return new Settlement.Done("the network of " + node + " is in use, and confirmed", List.of());
    }
    return switch (status.state()) {
      case ARMED, REVERTING -> null;
      case REVERTED ->
          new Settlement.Failed(
              "the network of " + node + " went back by itself", "not confirmed", List.of());
      case NONE, CONFIRMED ->
          new Settlement.Unclear("nothing is known of the change on " + node + "; plan again");
    };
  }
}
