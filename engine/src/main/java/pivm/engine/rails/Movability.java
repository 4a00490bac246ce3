package pivm.engine.rails;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Snapshot;
import pivm.engine.inventory.Storage;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.Flags;
import pivm.proxmox.config.GuestConfig;

/**
 * Whether a running guest can be moved to another node. From qemu-server (src/PVE/QemuMigrate.pm,
 * src/PVE/QemuMigrate/Helpers.pm) and pve-container (src/PVE/LXC/Migrate.pm).
 *
 * @param hindrances why Proxmox would refuse; empty when nothing is known to be in the way
 * @param own PIVM's own snapshots, which have to go first since the storage can't move them
 */
public record Movability(List<String> hindrances, List<String> own) {

  public Movability {
    hindrances = List.copyOf(hindrances);
    own = List.copyOf(own);
  }

  /**
   * Judges a guest by its configuration and snapshots, as far as they were read. A move takes local
   * disks along.
   */
  public static Movability of(ObservedGuest guest, Inventory inventory) {
    List<String> hindrances = new ArrayList<>();
    List<String> own = new ArrayList<>();
    GuestConfig config = guest.config();
    if (config != null) {
      config
          .values()
          .forEach((key, value) -> {
            String reason =
                guest.type() == GuestType.QEMU
                    ? ofVm(key, value, inventory)
                    : ofContainer(key, value, inventory);
            if (reason != null) {
              hindrances.add(reason);
            }
          });
    }
    List<Snapshot> snapshots = guest.snapshots();
    if (snapshots != null && SnapshotRail.refusesToMove(guest, true, inventory)) {
      for (Snapshot one : snapshots) {
        if (one.name().equals(SnapshotRail.NAME) && SnapshotRail.ours(one)) {
          own.add(one.name());
        } else {
          hindrances.add("its snapshot " + one.name() + " is on a storage that can't move it");
        }
      }
    }
    return new Movability(hindrances, own);
  }

  private static @Nullable String ofVm(String key, String value, Inventory inventory) {
    if (key.equals("ivshmem") || device(key, value)) {
      return "it uses a device of the node (" + key + ")";
    }
    if (!GuestDisk.isDisk(GuestType.QEMU, key)) {
      return null;
    }
    String volume = ConfigText.volume(value);
    if (GuestDisk.isCdrom(value)) {
      return cdrom(key, volume, inventory);
    }
    if (volume.startsWith("/")) {
      return Flags.isOn(ConfigText.option(value, "shared"))
          ? null
          : key + " is a device or file of the node";
    }
    return unsupported(key, volume, inventory);
  }

  /** A mapped device may be there on other nodes, but only a stopped VM can change to that one. */
  private static boolean device(String key, String value) {
    if (key.matches("usb\\d+")) {
      return !value.matches("(.*,)?(host=)?spice(,.*)?");
    }
    if (key.matches("hostpci\\d+")) {
      return ConfigText.option(value, "mapping") == null;
    }
    return (key.matches("serial\\d+") && !value.equals("socket"))
        || key.matches("(parallel|virtiofs)\\d+");
  }

  private static @Nullable String cdrom(String key, String volume, Inventory inventory) {
    if (volume.equals("cdrom")) {
      return key + " is the node's own CD-ROM drive";
    }
    boolean image = !volume.equals("none") && !volume.contains("cloudinit");
    return image && local(volume, inventory)
        ? key + " holds " + volume + ", which only this node has; eject it"
        : null;
  }

  private static @Nullable String ofContainer(String key, String value, Inventory inventory) {
    if (!key.matches("rootfs|mp\\d+")) {
      return null;
    }
    String volume = ConfigText.volume(value);
    if (volume.startsWith("/")) {
      return Flags.isOn(ConfigText.option(value, "shared"))
          ? null
          : key + " is a folder or device of the node (" + volume + ")";
    }
    return unsupported(key, volume, inventory);
  }

  /** Local storages whose volumes Proxmox copies to another node. */
  private static @Nullable String unsupported(String key, String volume, Inventory inventory) {
    String id = ConfigText.storage(volume);
    Storage storage = id == null ? null : inventory.storage(id);
    if (storage == null || storage.shared()) {
      return null;
    }
    if (!storage.type().matches("dir|btrfs|zfspool|lvmthin|lvm")) {
      return key + " is on " + id + ", whose kind (" + storage.type() + ") can't be copied";
    }
    // A linked clone on files says so by its base: local:100/base-100-disk-0.qcow2/210/…
    return volume.matches("[^:]+:(\\d+/)?base(vol)?-[^/]+/.+")
        ? key + " is a linked clone on a storage that only this node has"
        : null;
  }

  private static boolean local(String volume, Inventory inventory) {
    String id = ConfigText.storage(volume);
    Storage storage = id == null ? null : inventory.storage(id);
    return storage != null && !storage.shared();
  }

  /** What the guest must find where it goes, as far as its configuration is known. */
  public static Placement.Need need(ObservedGuest guest) {
    Long memory =
        guest.type() == GuestType.QEMU ? GuestMemory.current(guest) : GuestMemory.next(guest);
    var storages = new TreeSet<String>();
    var bridges = new TreeSet<String>();
    GuestConfig config = guest.config();
    if (config != null) {
      GuestDisk.of(config).stream()
          .map(GuestDisk::storage)
          .forEach(id -> {
            if (id != null) {
              storages.add(id);
            }
          });
      for (Map.Entry<String, String> one : config.values().entrySet()) {
        String bridge = ConfigText.option(one.getValue(), "bridge");
        if (one.getKey().matches("net\\d+") && bridge != null) {
          bridges.add(bridge);
        }
      }
    }
    return new Placement.Need(memory == null ? 0 : memory, storages, bridges, new TreeSet<>());
  }
}
