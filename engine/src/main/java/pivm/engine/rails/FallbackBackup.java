package pivm.engine.rails;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Storage;
import pivm.engine.plan.Operation;
import pivm.proxmox.GuestType;

/**
 * The backup that stands in where there can be no snapshot: one that PIVM made lately, or one to be
 * made now.
 */
sealed interface FallbackBackup {

  /** How the notes of a backup that PIVM makes begin; the config's meaning stands at their end. */
  String NOTES = "PIVM pre_automation_backup, config ";

  /** One that is there and still good. */
  record Recent(String volume, Duration age) implements FallbackBackup {}

  /**
   * One to be made.
   *
   * @param bytes an upper bound of its size
   */
  record Make(Operation.Backup operation, long bytes, long available, String disturbance)
      implements FallbackBackup {}

  /** There can be none. */
  record None(String reason) implements FallbackBackup {}

  /**
   * Chooses.
   *
   * @param touched config keys of the disks that the change works on
   * @param meaning hash of the guest's config as it is
   */
  static FallbackBackup choose(
      ObservedGuest guest, SortedSet<String> touched, String meaning, ReviewRequest request) {
    List<GuestDisk> disks = guest.config() == null ? List.of() : GuestDisk.of(guest.config());
    String left = leftOut(touched, disks);
    if (left != null) {
      return new None(left);
    }
    Recent recent = recent(guest, meaning, request);
    return recent != null ? recent : make(guest, disks, meaning, request);
  }

  /** Why a backup would not hold what the change touches; null when it does. */
  private static @Nullable String leftOut(SortedSet<String> touched, List<GuestDisk> disks) {
    for (String key : touched) {
      if (GuestDisk.isUnused(key)) {
        return key + " is in no snapshot and in no backup; attach it first to protect it";
      }
      for (GuestDisk disk : disks) {
        if (disk.key().equals(key) && !disk.inBackup()) {
          return disk.isPath()
              ? key + " is a path of the host, which no backup holds"
              : key + " is left out of backups; set backup=1 on it";
        }
      }
    }
    return null;
  }

  private static @Nullable Recent recent(
      ObservedGuest guest, String meaning, ReviewRequest request) {
    Recent youngest = null;
    for (Storage storage : request.inventory().storages().values()) {
      for (SortedMap<String, Storage.Volume> held : storage.volumes().values()) {
        for (Storage.Volume volume : held.values()) {
          Recent good = good(volume, guest, meaning, request);
          if (good != null && (youngest == null || good.age().compareTo(youngest.age()) < 0)) {
            youngest = good;
          }
        }
      }
    }
    return youngest;
  }

  private static @Nullable Recent good(
      Storage.Volume volume, ObservedGuest guest, String meaning, ReviewRequest request) {
    Integer owner = volume.owner();
    String notes = volume.notes();
    if (!volume.content().equals("backup")
        || owner == null
        || owner != guest.vmid()
        || notes == null
        || meaning.isEmpty()
        || !notes.equals(NOTES + meaning)) {
      return null;
    }
    Instant taken = Instant.ofEpochSecond(volume.created());
    Instant since = GuestAge.reliableSince(guest, request.inventory());
    if (since != null && taken.isBefore(since)) {
      return null;
    }
    Duration age = Duration.between(taken, request.now());
    return age.compareTo(request.policy().fallbackBackupMaxAge()) <= 0
        ? new Recent(volume.id(), age)
        : null;
  }

  private static FallbackBackup make(
      ObservedGuest guest, List<GuestDisk> disks, String meaning, ReviewRequest request) {
    long bytes = 0;
    for (GuestDisk disk : disks) {
      Long size = disk.inBackup() ? disk.size() : (Long) 0L;
      if (size == null) {
        return new None("the size of " + disk.key() + " is not known, so that no room can be kept");
      }
      bytes += size;
    }
    List<String> reasons = new ArrayList<>();
    Storage best = storage(guest.node(), bytes, request, reasons);
    if (best == null) {
      return new None(
          reasons.isEmpty()
              ? "there is no storage for backups on " + guest.node()
              : String.join("; ", reasons));
    }
    String mode = mode(guest, disks, request.inventory());
    Long available = available(best, guest.node());
    return new Make(
        new Operation.Backup(guest.type(), guest.vmid(), best.id(), mode, NOTES + meaning),
        bytes,
        available == null ? 0 : available,
        disturbance(guest, mode));
  }

  private static @Nullable Storage storage(
      String node, long bytes, ReviewRequest request, List<String> reasons) {
    String wanted = request.policy().backupStorage();
    List<Storage> roomy = new ArrayList<>();
    for (Storage storage : request.inventory().storages().values()) {
      if (!storage.content().contains("backup")
          || !storage.onNode(node)
          || (wanted != null && !wanted.equals(storage.id()))) {
        continue;
      }
      Long available = available(storage, node);
      if (available == null) {
        reasons.add("the free space of " + storage.id() + " on " + node + " is not known");
      } else if (available < bytes) {
        reasons.add(
            storage.id()
                + " has "
                + Words.size(available)
                + " free, the backup may take "
                + Words.size(bytes));
      } else {
        roomy.add(storage);
      }
    }
    roomy.sort(
        Comparator.<Storage>comparingLong(
                one -> {
                  Long free = available(one, node);
                  return free == null ? 0 : -free;
                })
            .thenComparing(Storage::id));
    return roomy.isEmpty() ? null : roomy.getFirst();
  }

  private static @Nullable Long available(Storage storage, String node) {
    Storage.Use use = storage.use().get(node);
    return use == null || !use.active() ? null : use.available();
  }

  /**
   * A VM is copied as it runs. A container is, too, where all that is copied can be snapshotted;
   * else vzdump suspends it.
   */
  private static String mode(ObservedGuest guest, List<GuestDisk> disks, Inventory inventory) {
    if (!guest.running()) {
      return "stop";
    }
    boolean live =
        guest.type() == GuestType.QEMU
            || disks.stream()
                .filter(GuestDisk::inBackup)
                .allMatch(disk -> SnapshotAbility.obstacle(disk, inventory) == null);
    return live ? "snapshot" : "suspend";
  }

  private static String disturbance(ObservedGuest guest, String mode) {
    if (!guest.running()) {
      return "it does not run";
    }
    return mode.equals("suspend") ? "it is suspended during the copy" : "it keeps running";
  }
}
