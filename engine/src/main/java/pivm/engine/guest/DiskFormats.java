package pivm.engine.guest;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Storage;
import pivm.engine.manifest.DiskSetting;
import pivm.proxmox.GuestType;

/**
 * The file format for new VM disks. On storages of files Proxmox writes raw unless told otherwise,
 * and raw files can have no snapshots (pve-storage, src/PVE/Storage/Plugin.pm {@code
 * volume_has_feature}).
 */
final class DiskFormats {
  static final Set<String> FILE_STORAGES = Set.of("dir", "nfs", "cifs");

  private final Inventory inventory;

  DiskFormats(Inventory inventory) {
    this.inventory = inventory;
  }

  /**
   * @return {@code qcow2} where it has to be said, else null
   */
  @Nullable String forNewDisk(GuestType type, DiskSetting disk) {
    boolean makesVolume =
        disk instanceof DiskSetting.Allocate || disk instanceof DiskSetting.Import;
    return makesVolume ? forCopy(type, disk.storage()) : null;
  }

  /**
   * The format for a copy of a VM's disk on a storage. Proxmox else keeps the source's, raw for one
   * that comes from a storage of blocks (qemu-server, src/PVE/QemuServer.pm {@code
   * resolve_dst_disk_format}).
   *
   * @return {@code qcow2} where it has to be said, else null
   */
  @Nullable String forCopy(GuestType type, @Nullable String id) {
    Storage storage = id == null ? null : inventory.storage(id);
    return type == GuestType.QEMU && storage != null && FILE_STORAGES.contains(storage.type())
        ? "qcow2"
        : null;
  }
}
