package pivm.engine.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Fingerprint;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Operation;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Upid;
import pivm.proxmox.config.GuestConfig;
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
  private final Patience patience;
  private final Limits limits;
  private final Unlocker unlocker;

  Leftovers(
      Proxmox proxmox,
      GuestReader guests,
      Tasks tasks,
      Patience patience,
      Limits limits,
      Unlocker unlocker) {
    this.proxmox = proxmox;
    this.guests = guests;
    this.tasks = tasks;
    this.patience = patience;
    this.limits = limits;
    this.unlocker = unlocker;
  }

  /**
   * What came of the clearing.
   *
   * @param remarks about what was removed, or what a person has to remove
   * @param finished false when it could not be ended; it must be tried again later
   */
  record Cleared(List<String> remarks, boolean finished) {
    static final Cleared NOTHING = new Cleared(List.of(), true);
  }

  /** Something of ours is still there, and may go away when tried again. */
  private static final class StillThere extends RuntimeException {
    StillThere(String message) {
      super(message, null, false, false);
    }
  }

  /**
   * Looks and removes, again while the cluster does not answer, within the limit.
   *
   * @param flight of a task that is known and has failed
   * @param removing the fingerprint of a half-made guest whose removal had begun; null for none
   * @param removal hears the fingerprint of a half-made guest right before its lock is cleared
   */
  Cleared clear(Flight flight, @Nullable String removing, Consumer<String> removal) {
    Upid upid = flight.upid();
    if (upid == null) {
      return Cleared.NOTHING;
    }
    var clearing = new Clearing(flight, upid, removing, removal);
    Instant until = patience.now().plus(limits.settleWait());
    for (int tries = 1; ; tries++) {
      try {
        return new Cleared(clearing.look(), true);
      } catch (ProxmoxException | StillThere failed) {
        if (patience.now().isAfter(until)) {
          return new Cleared(
              List.of("what the task left behind is not cleared away: " + failed.getMessage()),
              false);
        }
      }
      patience.whileRunning(limits.pauseAfter(tries));
    }
  }

  /** The clearing after one task. */
  private final class Clearing {
    private final Flight flight;
    private final Upid upid;
    private final Consumer<String> removal;
    private @Nullable String removing;

    Clearing(Flight flight, Upid upid, @Nullable String removing, Consumer<String> removal) {
      this.flight = flight;
      this.upid = upid;
      this.removing = removing;
      this.removal = removal;
    }

    List<String> look() {
      return switch (flight.operation()) {
        case Operation.Create create -> halfMade(create.vmid());
        case Operation.Clone clone -> {
          List<String> said = new ArrayList<>(halfMade(clone.vmid()));
          said.addAll(staleLock(clone.source(), clone));
          yield said;
        }
        default -> staleLock(flight.operation().vmid(), flight.operation());
      };
    }

    private List<String> halfMade(int vmid) {
      ObservedGuest guest = guests.find(vmid);
      if (guest != null) {
        return isOurs(guest) ? removeGuest(guest) : notOurs(guest);
      }
      List<String> said = new ArrayList<>();
      if (removing != null) {
        said.add("removed the half-made guest " + vmid);
      }
      said.addAll(removeVolumes(flight, upid));
      return said;
    }

    private List<String> notOurs(ObservedGuest guest) {
      return removing == null
          ? List.of()
          : List.of(
              "the half-made "
                  + guest.subject()
                  + " was changed by someone else before it could be removed; look at it");
    }

    /** While it is being made a guest is on the node that the call went to. */
    private boolean isOurs(ObservedGuest guest) {
      GuestConfig config = guest.config();
      if (removing != null && config != null && removing.equals(Fingerprint.of(config))) {
        return true;
      }
      String lock = guest.lock();
      return lock != null
          && MAKING.contains(lock)
          && guest.type() == flight.operation().type()
          && guest.node().equals(flight.node())
          && tasks.makers(guest.node(), guest.vmid(), upid.startTime()).stream()
              .allMatch(task -> task.text().equals(upid.text()));
    }

    private List<String> removeGuest(ObservedGuest guest) {
      if (tasks.working(guest.node(), guest.vmid())) {
        throw new StillThere("a task still works on " + guest.subject());
      }
      GuestConfig config = guest.config();
      if (removing == null && config != null) {
        removing = Fingerprint.of(config);
        removal.accept(removing);
      }
      if (guest.lock() != null && guest.type() == GuestType.QEMU) {
        if (!unlocker.destroyLocked(guest.node(), guest.vmid())) {
          return List.of(byHand(guest));
        }
        return halfMade(guest.vmid());
      }
      if (guest.lock() != null && !unlocker.unlock(guest.node(), guest.type(), guest.vmid())) {
        return List.of(byHand(guest));
      }
      ApiCall destroy =
          ApiCall.delete(GuestReader.path(guest.type(), guest.node(), guest.vmid()))
              .with("purge", true)
              .with("destroy-unreferenced-disks", false);
      Upid task = Upid.parse(proxmox.call(destroy).asText());
      TaskEnd end = task == null ? null : tasks.follow(task, _ -> {});
      if (end != null && !end.ok()) {
        throw new StillThere(guest.subject() + ": " + end.exitStatus());
      }
      return halfMade(guest.vmid());
    }
  }

  /**
   * The lock that a guest carries while the task works on it (a clone's: its source), from
   * pve-guest-common {@code src/PVE/AbstractConfig.pm} and {@code AbstractMigrate.pm}, qemu-server
   * and pve-container; null for none.
   */
  private static @Nullable String lockOf(Operation.Call operation) {
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

  /** The lock is somebody else's while a task of the kind that takes it runs. */
  private List<String> staleLock(int vmid, Operation.Call operation) {
    String lock = lockOf(operation);
    ObservedGuest guest = lock == null ? null : guests.find(vmid);
    if (guest == null || !Objects.equals(guest.lock(), lock)) {
      return List.of();
    }
    Set<String> atWork = tasks.typesAtWork(guest.node(), vmid);
    if (!Collections.disjoint(atWork, TaskTypes.of(operation))) {
      return List.of();
    }
    if (!atWork.isEmpty()) {
      throw new StillThere("a task still works on " + guest.subject());
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

  /**
   * Volumes of a VMID that no guest has. Whoever makes a guest writes its config before its
   * volumes: when there is none after the volumes were listed, they are of no guest.
   */
  private List<String> removeVolumes(Flight flight, Upid upid) {
    int vmid = flight.operation().vmid();
    List<String> said = new ArrayList<>();
    for (String storage : storages(flight.operation())) {
      List<String> orphans =
          volumes(upid.node(), storage, vmid).stream()
              .filter(volume -> madeSince(volume, upid.startTime()))
              .map(volume -> volume.text("volid", ""))
              .toList();
      if (!orphans.isEmpty() && nobodyMakes(vmid, upid)) {
        orphans.forEach(volume -> said.add(removeVolume(upid.node(), storage, volume)));
      }
    }
    return said;
  }

  private boolean nobodyMakes(int vmid, Upid own) {
    return guests.locate(vmid) == null
        && tasks.makers(own.node(), vmid, own.startTime()).stream()
            .allMatch(task -> task.text().equals(own.text()));
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

  private static Set<String> storages(Operation.Call operation) {
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
