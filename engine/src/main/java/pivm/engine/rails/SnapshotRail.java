package pivm.engine.rails;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Snapshot;
import pivm.engine.inventory.Storage;
import pivm.engine.plan.Operation;
import pivm.engine.plan.PatchOperation;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

/**
 * Rail 4: what of an existing guest is changed is saved before. Its facts; {@link GuestProtection}
 * decides.
 */
public final class SnapshotRail {

  /** The one snapshot per guest that PIVM keeps. */
  public static final String NAME = "pre_automation_backup";

  /** How the description of a snapshot that PIVM took begins. */
  public static final String MARK = "PIVM ";

  private SnapshotRail() {}

  /** Whether PIVM took it, so that it may remove it unasked. */
  public static boolean ours(Snapshot snapshot) {
    return snapshot.name().equals(NAME) && snapshot.description().startsWith(MARK);
  }

  /** Whether an operation changes what a snapshot or backup could bring back. */
  static boolean changes(Operation operation) {
    return switch (operation) {
      case Operation.Configure _,
          Operation.SetDiskOptions _,
          Operation.Resize _,
          Operation.MoveDisk _,
          Operation.DeleteVolume _,
          Operation.ConvertToTemplate _,
          PatchOperation.Upgrade _ ->
          true;
      default -> false;
    };
  }

  /** Whether Proxmox refuses the operation on a guest that has snapshots. */
  static boolean refusesSnapshots(Operation operation) {
    return switch (operation) {
      case Operation.DeleteVolume _, Operation.ConvertToTemplate _ -> true;
      case Operation.Configure configure ->
          configure.delete().stream().anyMatch(GuestDisk::isUnused);
      default -> false;
    };
  }

  /** The config keys of the disks that an operation works on. */
  static SortedSet<String> touched(Operation operation, @Nullable GuestConfig config) {
    var keys = new TreeSet<String>();
    switch (operation) {
      case Operation.Resize resize -> keys.add(resize.disk());
      case Operation.SetDiskOptions options -> keys.add(options.disk());
      case Operation.MoveDisk move -> keys.add(move.disk());
      case Operation.DeleteVolume delete -> keys.add(delete.key());
      case Operation.ConvertToTemplate _, PatchOperation.Upgrade _ -> {
        if (config != null) {
          GuestDisk.of(config).forEach(disk -> keys.add(disk.key()));
        }
      }
      case Operation.Configure configure -> {
        for (String key : configure.delete()) {
          if (GuestDisk.isUnused(key) || isDisk(configure.type(), key, config)) {
            keys.add(key);
          }
        }
        for (String key : configure.set().keySet()) {
          if (isDisk(configure.type(), key, config)) {
            keys.add(key);
          }
        }
      }
      default -> {}
    }
    return keys;
  }

  private static boolean isDisk(GuestType type, String key, @Nullable GuestConfig config) {
    String value = config == null ? null : config.value(key);
    return GuestDisk.isDisk(type, key) && value != null && !GuestDisk.isCdrom(type, key, value);
  }

  /**
   * Whether Proxmox refuses to move the guest while it has snapshots. A volume that was detached
   * since is still in the snapshot, and moves along.
   *
   * <p>From qemu-server (src/PVE/QemuMigrate.pm) and pve-container (src/PVE/LXC/Migrate.pm).
   */
  static boolean refusesToMove(ObservedGuest guest, boolean running, Inventory inventory) {
    GuestConfig config = guest.config();
    List<GuestDisk> disks = config == null ? List.of() : GuestDisk.withUnused(config);
    for (GuestDisk disk : disks) {
      String id = disk.storage();
      Storage storage = id == null ? null : inventory.storage(id);
      if (storage == null || storage.shared()) {
        continue;
      }
      if (guest.type() == GuestType.QEMU && running) {
        return true;
      }
      if (!movesSnapshots(guest.type(), storage.type(), disk.format())) {
        return true;
      }
    }
    return false;
  }

  private static boolean movesSnapshots(GuestType type, String storage, String format) {
    if (type == GuestType.LXC) {
      return storage.equals("zfspool") || storage.equals("btrfs");
    }
    return storage.equals("zfspool")
        || (storage.equals("btrfs") && format.equals("raw"))
        || (format.equals("qcow2") && !storage.equals("lvm"));
  }
}
