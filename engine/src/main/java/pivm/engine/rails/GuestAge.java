package pivm.engine.rails;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Storage;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.PropertyString;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

/** Since when a guest is the one that it is: an older backup is of another with its VMID. */
public final class GuestAge {
  private GuestAge() {}

  /**
   * When a VM was made: {@code ctime} of its key {@code meta} (qemu-server,
   * src/PVE/QemuServer/MetaInfo.pm), which a restore brings back from the backup, so that the older
   * backups of a restored VM stay its own.
   *
   * @return null where its config does not say; a container's never does
   */
  public static @Nullable Instant made(GuestConfig config) {
    GuestKey key = GuestKeys.of(GuestType.QEMU).find("meta");
    String meta = config.type() == GuestType.QEMU ? config.value("meta") : null;
    String seconds =
        key == null || meta == null ? null : PropertyString.parseLeniently(key, meta).get("ctime");
    return seconds == null || !seconds.matches("\\d{1,12}")
        ? null
        : Instant.ofEpochSecond(Long.parseLong(seconds));
  }

  /**
   * Before when no backup is relied upon: when a VM was made; of a container, when its root disk
   * was, which only LVM tells (pve-storage, src/PVE/Storage/LVMPlugin.pm, {@code lv_time}; a file's
   * time is that of its last change). Where that disk was moved, this is later than needed.
   *
   * @return null when unknown
   */
  static @Nullable Instant reliableSince(ObservedGuest guest, Inventory inventory) {
    GuestConfig config = guest.config();
    if (config == null || guest.type() == GuestType.QEMU) {
      return config == null ? null : made(config);
    }
    String root = config.value("rootfs");
    GuestDisk disk = root == null ? null : GuestDisk.read(GuestType.LXC, "rootfs", root);
    String id = disk == null ? null : disk.storage();
    Storage storage = id == null ? null : inventory.storage(id);
    if (disk == null || storage == null || !storage.type().startsWith("lvm")) {
      return null;
    }
    return storage.volumes().values().stream()
        .map(held -> held.get(disk.volume()))
        .filter(volume -> volume != null && volume.created() > 0)
        .map(volume -> Instant.ofEpochSecond(volume.created()))
        .findFirst()
        .orElse(null);
  }
}
