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
    Storage storage = disk.storage() == null ? null : inventory.storage(disk.storage());
    return type == GuestType.QEMU
            && makesVolume
            && storage != null
            && FILE_STORAGES.contains(storage.type())
        ? "qcow2"
        : null;
  }
}
