package pivm.engine.execution;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.plan.Calls;
import pivm.engine.plan.Operation;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Upid;
import pivm.proxmox.json.Json;

/**
 * Waits for HA to do what it was asked for. The task of the request ends at once, whatever comes of
 * it (pve-ha-manager); a migration is a second task, which HA starts on the guest's node.
 */
final class HaWatch {

  private final Proxmox proxmox;
  private final GuestReader guests;
  private final Tasks tasks;
  private final Patience patience;
  private final Limits limits;

  HaWatch(Proxmox proxmox, GuestReader guests, Tasks tasks, Patience patience, Limits limits) {
    this.proxmox = proxmox;
    this.guests = guests;
    this.tasks = tasks;
    this.patience = patience;
    this.limits = limits;
  }

  /** Whether HA does this for a guest that it manages, instead of the call itself. */
  static boolean acts(Operation.Call operation) {
    return switch (operation) {
      case Operation.Start _, Operation.Shutdown _, Operation.Stop _, Operation.Migrate _ -> true;
      default -> false;
    };
  }

  /**
   * Waits.
   *
   * @param waiting hears what is waited for
   * @return why it did not come; null when it did
   * @throws ProxmoxException when the cluster cannot be asked
   */
  @Nullable String await(Flight flight, Consumer<String> log, Consumer<String> waiting) {
    Instant until = patience.now().plus(limits.haWait());
    while (true) {
      ObservedGuest guest = guests.find(flight.operation().vmid());
      if (Postcondition.holdsAlready(flight.operation(), guest) && unlocked(guest)) {
        return null;
      }
      String failure = failure(flight, guest, log);
      if (failure != null) {
        return failure;
      }
      if (!patience.now().isBefore(until)) {
        return "HA has not done it within "
            + limits.haWait().toMinutes()
            + " minutes; see `ha-manager status`. It may still do it.";
      }
      waiting.accept("HA acts on " + service(flight) + ", at most until " + until);
      patience.whileRunning(limits.lockPoll());
    }
  }

  private static boolean unlocked(@Nullable ObservedGuest guest) {
    return guest == null || guest.lock() == null;
  }

  private static String service(Flight flight) {
    return Calls.serviceId(flight.operation().type(), flight.operation().vmid());
  }

  private @Nullable String failure(
      Flight flight, @Nullable ObservedGuest guest, Consumer<String> log) {
    if (inError(service(flight))) {
      return "HA has put " + service(flight) + " into the state error; see `ha-manager status`";
    }
    return flight.operation() instanceof Operation.Migrate
        ? failedMigration(flight, guest, log)
        : null;
  }

  private boolean inError(String service) {
    try {
      for (Json.Obj entry : proxmox.call(ApiCall.get("/cluster/ha/status/current")).objects()) {
        if (service.equals(entry.text("sid"))) {
          return "error".equals(entry.text("state"));
        }
      }
      return false;
    } catch (ProxmoxException.Forbidden notForUs) {
      return false;
    }
  }

  /** HA runs the migration as root, whoever asked for it. */
  private @Nullable String failedMigration(
      Flight flight, @Nullable ObservedGuest guest, Consumer<String> log) {
    List<String> type = List.of(TaskTypes.migration(flight.operation().type()));
    List<Upid> begun =
        tasks.begun(flight.node(), TaskTypes.id(flight.operation()), type, flight.sent());
    if (begun.isEmpty()) {
      return null;
    }
    TaskEnd end = tasks.follow(begun.getLast(), log);
    return end.ok() || guest == null || Postcondition.holdsAlready(flight.operation(), guest)
        ? null
        : "the migration that HA started failed: " + end.exitStatus();
  }
}
