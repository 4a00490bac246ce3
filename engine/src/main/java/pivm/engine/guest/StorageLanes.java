package pivm.engine.guest;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Storage;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.Setting;
import pivm.proxmox.GuestType;

/**
 * Names of the lanes that allocations take. Proxmox locks a storage while it allocates
 * (pve-storage, src/PVE/Storage.pm {@code vdisk_alloc}): a shared one for the cluster, another for
 * its node.
 */
final class StorageLanes {
  private final Inventory inventory;
  private final String node;

  StorageLanes(Inventory inventory, String node) {
    this.inventory = inventory;
    this.node = node;
  }

  Set<String> of(@Nullable String id) {
    if (id == null) {
      return Set.of();
    }
    Storage storage = inventory.storage(id);
    return Set.of(
        storage != null && storage.shared() ? "storage:" + id : "storage:" + id + "@" + node);
  }

  /** The lanes of all storages on which these settings make new volumes. */
  Set<String> allocated(GuestType type, Map<String, Setting> settings) {
    var lanes = new TreeSet<String>();
    settings.forEach((name, setting) -> {
      if (setting instanceof Setting.Value(String text) && DiskSetting.isDisk(type, name)) {
        lanes.addAll(of(newVolumeStorage(type, name, text)));
      }
    });
    return lanes;
  }

  private static @Nullable String newVolumeStorage(GuestType type, String name, String text) {
    try {
      return switch (DiskSetting.parse(type, name, text)) {
        case DiskSetting.Allocate(String storage, _, _) -> storage;
        case DiskSetting.Import(String storage, _, _, _) -> storage;
        case DiskSetting.Attach _,
            DiskSetting.CdRom _,
            DiskSetting.Passthrough _,
            DiskSetting.BindMount _ ->
            null;
      };
    } catch (IllegalArgumentException unreadable) {
      return null;
    }
  }
}
