package pivm.engine.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.plan.Operation;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Upid;

/**
 * Finds out what became of a call whose answer was lost: by its task where that is known, else by
 * the node's list of tasks, else from the guest itself. A guest that exists is ours only when a
 * task of ours made it.
 */
final class Settler {

  /** Start times are whole seconds. */
  private static final Duration ROUNDING = Duration.ofSeconds(2);

  private final GuestReader guests;
  private final Tasks tasks;
  private final Patience patience;
  private final Limits limits;
  private final @Nullable String user;
  private final Set<String> claimed = ConcurrentHashMap.newKeySet();

  Settler(
      GuestReader guests, Tasks tasks, Patience patience, Limits limits, @Nullable String user) {
    this.guests = guests;
    this.tasks = tasks;
    this.patience = patience;
    this.limits = limits;
    this.user = user;
  }

  /** A task whose step is known: no other step's call has started it. */
  void claim(String upid) {
    claimed.add(upid);
  }

  /**
   * Settles a call; takes as long as a request may still be on its way, and as its task runs.
   *
   * @param log hears the task's lines
   * @param found hears the task once it is known
   * @throws Patience.Left when a person let go of it
   */
  Settlement settle(Flight flight, Consumer<String> log, Consumer<Upid> found) {
    Instant answered = patience.now();
    for (int tries = 1; ; tries++) {
      try {
        boolean quiet = !patience.now().isBefore(flight.sent().plus(limits.quiet()));
        Settlement settlement = look(flight, quiet, log, found);
        if (settlement != null) {
          return settlement;
        }
        answered = patience.now();
      } catch (ProxmoxException.Unreachable | ProxmoxException.NodeUnreachable outOfReach) {
        if (patience.now().isAfter(answered.plus(limits.settleWait()))) {
          return new Settlement.OutOfReach(
              "node " + flight.node() + " cannot be asked: " + outOfReach.getMessage());
        }
      } catch (ProxmoxException refused) {
        return new Settlement.OutOfReach("Proxmox does not tell: " + refused.getMessage());
      }
      patience.whileRunning(limits.pauseAfter(tries));
    }
  }

  private @Nullable Settlement look(
      Flight flight, boolean quiet, Consumer<String> log, Consumer<Upid> found) {
    Upid upid = flight.upid();
    if (upid != null) {
      return followed(flight, upid, log);
    }
    upid = find(flight);
    if (upid != null) {
      claim(upid.text());
      found.accept(upid);
      return followed(flight, upid, log);
    }
    return withoutTask(flight, quiet);
  }

  private Settlement followed(Flight flight, Upid upid, Consumer<String> log) {
    try {
      TaskEnd end = tasks.follow(upid, log);
      String evidence = "task " + upid.text() + " ended: " + end.exitStatus();
      return end.ok()
          ? new Settlement.Done(evidence, end.log())
          : new Settlement.Failed(evidence, end.exitStatus(), end.log());
    } catch (ProxmoxException.NotFound | ProxmoxException.InvalidParameters forgotten) {
      return withoutRecord(flight, upid);
    }
  }

  private Settlement withoutRecord(Flight flight, Upid upid) {
    String gone = "the record of task " + upid.text() + " is gone";
    return switch (judge(flight)) {
      case DONE -> new Settlement.Done(gone + ", and the guest is as it would leave it", List.of());
      case NOT_DONE ->
          new Settlement.Failed(
              gone + ", and it has had no effect", "the task left no effect", List.of());
      case UNCLEAR -> new Settlement.Unclear(gone + ", and the guest does not tell");
    };
  }

  private @Nullable Settlement withoutTask(Flight flight, boolean quiet) {
    Operation.Call operation = flight.operation();
    Postcondition.Judgement judgement = judge(flight);
    if (judgement == Postcondition.Judgement.DONE && !makes(operation)) {
      return new Settlement.Done("the guest is as it would leave it", List.of());
    }
    if (!quiet) {
      return null;
    }
    if (judgement == Postcondition.Judgement.DONE) {
      return new Settlement.Unclear(
          "guest " + operation.vmid() + " exists, but no task of ours is recorded that made it");
    }
    if (judgement == Postcondition.Judgement.NOT_DONE) {
      return new Settlement.NotDone("no task of it is recorded, and the guest shows no effect");
    }
    if (!TaskTypes.of(operation).isEmpty()) {
      return new Settlement.NotDone("no task of it is recorded on node " + flight.node());
    }
    return TaskTypes.repeatable(operation)
        ? new Settlement.NotDone("sending it again leaves the same")
        : new Settlement.Unclear("the guest has changed, but not to what was asked for");
  }

  private static boolean makes(Operation.Call operation) {
    return operation instanceof Operation.Create || operation instanceof Operation.Clone;
  }

  private Postcondition.Judgement judge(Flight flight) {
    ObservedGuest guest = guests.find(flight.operation().vmid());
    boolean needsSnapshots =
        flight.operation() instanceof Operation.TakeSnapshot
            || flight.operation() instanceof Operation.DeleteSnapshot;
    if (guest != null && needsSnapshots) {
      guest = guest.withSnapshots(guests.snapshots(guest));
    }
    return Postcondition.judge(
        flight.operation(),
        flight.digest(),
        Duration.between(flight.sent(), patience.now()),
        guest);
  }

  private @Nullable Upid find(Flight flight) {
    List<String> types = TaskTypes.of(flight.operation());
    if (types.isEmpty()) {
      return null;
    }
    Instant since = flight.sent().plus(tasks.clockOffset(flight.node())).minus(ROUNDING);
    List<Upid> begun =
        tasks.begun(flight.node(), TaskTypes.id(flight.operation()), types, since).stream()
            .filter(upid -> !claimed.contains(upid.text()))
            .filter(upid -> user == null || user.equals(upid.user()))
            .filter(upid -> isAbout(flight.operation(), upid))
            .toList();
    return begun.isEmpty() ? null : begun.getLast();
  }

  private boolean isAbout(Operation.Call operation, Upid upid) {
    return !(operation instanceof Operation.Clone clone) || tasks.isCloneTo(upid, clone.vmid());
  }
}
