package pivm.engine.rails;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Storage;
import pivm.proxmox.config.GuestConfig;

/**
 * Whether Proxmox can take a snapshot without RAM of a guest, and if not, because of which volumes.
 *
 * <p>From {@code volume_has_feature} of the storage plugins in pve-storage (src/PVE/Storage) and
 * {@code has_feature} in qemu-server (src/PVE/QemuConfig.pm) and pve-container
 * (src/PVE/LXC/Config.pm).
 *
 * @param obstacles one sentence part for each volume that cannot; empty when a snapshot is possible
 */
record SnapshotAbility(List<String> obstacles) {
  SnapshotAbility {
    obstacles = List.copyOf(obstacles);
  }

  boolean possible() {
    return obstacles.isEmpty();
  }

  String reason() {
    return String.join("; ", obstacles);
  }

  static SnapshotAbility of(ObservedGuest guest, Inventory inventory) {
    GuestConfig config = guest.config();
    if (config == null) {
      return new SnapshotAbility(List.of("its configuration was not read"));
    }
    if (guest.template()) {
      return new SnapshotAbility(List.of("Proxmox takes no snapshot of a template"));
    }
    List<String> obstacles = new ArrayList<>();
    for (GuestDisk disk : GuestDisk.of(config)) {
      String obstacle = obstacle(disk, inventory);
      if (obstacle != null) {
        obstacles.add(disk.key() + " " + obstacle);
      }
    }
    return new SnapshotAbility(obstacles);
  }

  /** Why this disk can't be in a snapshot; null when it can. */
  static @Nullable String obstacle(GuestDisk disk, Inventory inventory) {
    if (disk.isPath()) {
      return "is the host's " + disk.volume() + ", which is no volume";
    }
    String id = disk.storage();
    Storage storage = id == null ? null : inventory.storage(id);
    if (storage == null) {
      return "is on " + disk.volume() + ", a storage that can't be seen";
    }
    return supports(storage.type(), disk)
        ? null
        : "is " + disk.format() + " on " + id + " (" + storage.type() + ")";
  }

  private static boolean supports(String type, GuestDisk disk) {
    return switch (type) {
      case "dir", "nfs", "cifs", "cephfs", "glusterfs" ->
          disk.format().equals("qcow2") && !disk.isBase();
      case "lvm" -> disk.format().equals("qcow2");
      case "btrfs" -> !disk.format().equals("vmdk") && !disk.isBase();
      case "lvmthin", "zfspool", "zfs", "rbd" -> !disk.isBase();
      default -> false;
    };
  }

  /**
   * Storages of the guest that are too full for a snapshot to grow in.
   *
   * @return one sentence part for each
   */
  static List<String> fullStorages(ObservedGuest guest, Inventory inventory) {
    GuestConfig config = guest.config();
    List<String> full = new ArrayList<>();
    if (config == null) {
      return full;
    }
    GuestDisk.of(config).stream()
        .map(GuestDisk::storage)
        .distinct()
        .forEach(id -> {
          Storage storage = id == null ? null : inventory.storage(id);
          Storage.Use use = storage == null ? null : storage.use().get(guest.node());
          Long total = use == null ? null : use.total();
          Long available = use == null ? null : use.available();
          if (total != null && available != null && available < needed(total)) {
            full.add(
                id
                    + " has "
                    + Words.size(available)
                    + " free, a snapshot should find "
                    + Words.size(needed(total)));
          }
        });
    return full;
  }

  /** A snapshot takes nothing at first, and grows with what is written from then on. */
  private static long needed(long total) {
    return Math.min(total / 20, 10L << 30);
  }
}
