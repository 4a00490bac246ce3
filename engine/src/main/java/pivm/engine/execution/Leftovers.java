package pivm.engine.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Operation;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Upid;
import pivm.proxmox.json.Json;

/**
 * Clears away what a task of ours left behind. Proxmox does that itself unless the task was cut
 * off. Only what this run provably made is touched: its task is known and has ended, nothing else
 * works on the guest, and the lock is of the kind that this task takes. A half-made guest is only
 * removed while it carries the lock under which it was being made, since the VMID was free before.
 */
final class Leftovers {

  private static final Set<String> MAKING = new TreeSet<>(List.of("create", "clone"));

  /** Volumes' times are whole seconds of the node's clock. */
  private static final Duration CLOCKS = Duration.ofSeconds(5);

  private final Proxmox proxmox;
  private final GuestReader guests;
  private final Tasks tasks;
  private final Unlocker unlocker;

  Leftovers(Proxmox proxmox, GuestReader guests, Tasks tasks, Unlocker unlocker) {
    this.proxmox = proxmox;
    this.guests = guests;
    this.tasks = tasks;
    this.unlocker = unlocker;
  }

  /**
   * Looks and removes.
   *
   * @param flight of a task that is known and has failed
   * @return sentences about what was removed, or what a person has to remove
   */
  List<String> remove(Flight flight) {
    Upid upid = flight.upid();
    if (upid == null) {
      return List.of();
    }
    try {
      return switch (flight.operation()) {
        case Operation.Create create -> halfMade(flight, create.vmid(), upid);
        case Operation.Clone clone -> {
          List<String> said = new ArrayList<>(halfMade(flight, clone.vmid(), upid));
          said.addAll(staleLock(clone.source(), lockOf(clone)));
          yield said;
        }
        default -> staleLock(flight.operation().vmid(), lockOf(flight.operation()));
      };
    } catch (ProxmoxException cannotLook) {
      return List.of(
          "what it left behind could not be looked for: "
              + cannotLook.getMessage()
              + "; the next run looks again");
    }
  }

  private List<String> halfMade(Flight flight, int vmid, Upid upid) {
    ObservedGuest guest = guests.find(vmid);
    if (guest == null) {
      return removeVolumes(flight, upid);
    }
    return isOurs(flight, guest, upid) ? removeGuest(guest) : List.of();
  }

  /**
   * The lock that a guest carries while the task works on it (a clone's: its source), from
   * pve-guest-common {@code src/PVE/AbstractConfig.pm} and {@code AbstractMigrate.pm}, qemu-server
   * and pve-container; null for none.
   */
  private static @Nullable String lockOf(Operation operation) {
    return switch (operation) {
      case Operation.TakeSnapshot _ -> "snapshot";
      case Operation.DeleteSnapshot _ -> "snapshot-delete";
      case Operation.Rollback _ -> "rollback";
      case Operation.Migrate _ -> "migrate";
      case Operation.Backup _ -> "backup";
      case Operation.MoveDisk _, Operation.Resize _, Operation.Clone _ -> "disk";
      default -> null;
    };
  }

  private List<String> staleLock(int vmid, @Nullable String lock) {
    ObservedGuest guest = lock == null ? null : guests.find(vmid);
    if (guest == null
        || !java.util.Objects.equals(guest.lock(), lock)
        || tasks.working(guest.node(), vmid)) {
      return List.of();
    }
    String what = "the lock \"" + lock + "\" that the task left on " + guest.subject();
    return List.of(
        unlocker.unlock(guest.node(), guest.type(), vmid)
            ? "cleared " + what
            : what
                + " can only be cleared by root on "
                + guest.node()
                + ": `"
                + guest.type().command()
                + " unlock "
                + vmid
                + "`");
  }

  /** While it is being made a guest is on the node that the call went to. */
  private boolean isOurs(Flight flight, ObservedGuest guest, Upid own) {
    String lock = guest.lock();
    return lock != null
        && MAKING.contains(lock)
        && guest.type() == flight.operation().type()
        && guest.node().equals(flight.node())
        && tasks.makers(guest.node(), guest.vmid(), own.startTime()).stream()
            .allMatch(task -> task.text().equals(own.text()));
  }

  private List<String> removeGuest(ObservedGuest guest) {
    if (!unlocker.unlock(guest.node(), guest.type(), guest.vmid())) {
      return List.of(byHand(guest));
    }
    ApiCall destroy =
        ApiCall.delete(GuestReader.path(guest.type(), guest.node(), guest.vmid()))
            .with("purge", true)
            .with("destroy-unreferenced-disks", false);
    Upid task = Upid.parse(proxmox.call(destroy).asText());
    TaskEnd end = task == null ? null : tasks.follow(task, _ -> {});
    return end == null || end.ok()
        ? List.of("removed the half-made " + guest.subject() + " on " + guest.node())
        : List.of(byHand(guest) + " (" + end.exitStatus() + ")");
  }

  private static String byHand(ObservedGuest guest) {
    String command = guest.type().command();
    return "the half-made "
        + guest.subject()
        + " on "
        + guest.node()
        + " carries the lock \""
        + guest.lock()
        + "\", which only root on the node can clear: `"
        + command
        + " unlock "
        + guest.vmid()
        + " && "
        + command
        + " destroy "
        + guest.vmid()
        + " --purge 1`";
  }

  private List<String> removeVolumes(Flight flight, Upid upid) {
    List<String> said = new ArrayList<>();
    for (String storage : storages(flight.operation())) {
      for (Json.Obj volume : volumes(upid.node(), storage, flight.operation().vmid())) {
        if (madeSince(volume, upid.startTime())) {
          said.add(removeVolume(upid.node(), storage, volume.text("volid", "")));
        }
      }
    }
    return said;
  }

  private List<Json.Obj> volumes(String node, String storage, int vmid) {
    try {
      return proxmox
          .call(
              ApiCall.get("/nodes/" + node + "/storage/" + storage + "/content").with("vmid", vmid))
          .objects();
    } catch (ProxmoxException.Forbidden | ProxmoxException.NotFound | ProxmoxException.Refused no) {
      return List.of();
    }
  }

  private static boolean madeSince(Json.Obj volume, Instant start) {
    Long made = volume.integer("ctime");
    boolean disk = Set.of("images", "rootdir").contains(volume.text("content", ""));
    return disk && made != null && !Instant.ofEpochSecond(made).plus(CLOCKS).isBefore(start);
  }

  private String removeVolume(String node, String storage, String volume) {
    Json answer =
        proxmox.call(
            ApiCall.delete("/nodes/" + node + "/storage/" + storage + "/content/" + volume));
    Upid task = Upid.parse(answer.asText());
    TaskEnd end = task == null ? null : tasks.follow(task, _ -> {});
    return end == null || end.ok()
        ? "removed the left-over volume " + volume
        : "the left-over volume " + volume + " could not be removed: " + end.exitStatus();
  }

  private static Set<String> storages(Operation operation) {
    var storages = new TreeSet<String>();
    if (operation instanceof Operation.Clone clone) {
      addIfPresent(storages, clone.storage());
    } else if (operation instanceof Operation.Create create) {
      create
          .parameters()
          .forEach((key, setting) -> {
            if (setting instanceof Setting.Value(String text)) {
              addIfPresent(storages, storage(key, text));
            }
          });
    }
    return storages;
  }

  private static void addIfPresent(Set<String> storages, @Nullable String storage) {
    if (storage != null) {
      storages.add(storage);
    }
  }

  private static @Nullable String storage(String key, String value) {
    if (key.equals("storage")) {
      return value;
    }
    boolean disk =
        key.equals("rootfs") || key.matches("(mp|scsi|virtio|sata|ide|efidisk|tpmstate)\\d+");
    int colon = value.indexOf(':');
    return disk && colon > 0 && value.substring(0, colon).matches("[A-Za-z][\\w.-]*")
        ? value.substring(0, colon)
        : null;
  }
}
