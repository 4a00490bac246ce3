package pivm.engine.guest;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.Setting;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

/** A VM's cloud-init drive: whether it has one, and where a new one goes. */
final class CloudInitDrive {
  /** IDE slot 2 first, where Proxmox's own page puts it. */
  private static final List<String> SLOTS = List.of("ide2", "ide0", "ide1", "ide3");

  private CloudInitDrive() {}

  /** Whether the config has one, now or after the next stop. */
  static boolean present(GuestConfig config) {
    return config.values().keySet().stream().anyMatch(name -> is(name, config.next(name)))
        || config.pending().keySet().stream().anyMatch(name -> is(name, config.next(name)));
  }

  /** Whether this value of a VM's key is a cloud-init drive. */
  static boolean is(String name, @Nullable String text) {
    if (text == null || !DiskSetting.isDisk(GuestType.QEMU, name)) {
      return false;
    }
    try {
      return DiskSetting.parse(GuestType.QEMU, name, text)
          instanceof DiskSetting.CdRom(DiskSetting.CdRom.CloudInit _, _);
    } catch (IllegalArgumentException unreadable) {
      return false;
    }
  }

  /** A free slot in an existing guest; null when every slot is taken. */
  static @Nullable String freeKey(DesiredGuest desired, GuestConfig config) {
    return SLOTS.stream()
        .filter(slot -> !desired.settings().containsKey(slot))
        .filter(slot -> config.next(slot) == null)
        .findFirst()
        .orElse(null);
  }

  /** A free slot in a guest that is about to be made. */
  static @Nullable String freeKey(DesiredGuest desired, Map<String, Setting> settings) {
    return SLOTS.stream()
        .filter(slot -> !desired.settings().containsKey(slot) && !settings.containsKey(slot))
        .findFirst()
        .orElse(null);
  }

  /** The storage of the guest's first disk; null when it has none on a storage. */
  static @Nullable String storage(DesiredGuest desired, GuestConfig config) {
    for (String name : List.of("scsi0", "virtio0", "sata0", "ide0")) {
      String storage = storageOf(name, config.next(name));
      if (storage != null) {
        return storage;
      }
    }
    return desired.settings().get("scsi0") instanceof Setting.Value(String text)
        ? storageOf("scsi0", text)
        : null;
  }

  private static @Nullable String storageOf(String name, @Nullable String text) {
    if (text == null) {
      return null;
    }
    try {
      DiskSetting disk = DiskSetting.parse(GuestType.QEMU, name, text);
      return disk instanceof DiskSetting.CdRom ? null : disk.storage();
    } catch (IllegalArgumentException unreadable) {
      return null;
    }
  }
}
