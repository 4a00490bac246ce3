package pivm.engine.guest;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.DiskSetting;
import pivm.proxmox.GuestType;

/** Turns the disk of a config into what a manifest says of it. */
final class ImportedDisk {
  private ImportedDisk() {}

  /**
   * Reads a disk key.
   *
   * @return a volume of the guest's own as storage and size, since its name is Proxmox's choice;
   *     anything else as it is; null when it is not readable
   */
  static @Nullable DiskSetting of(GuestType type, int vmid, String key, String value) {
    DiskSetting disk;
    try {
      disk = DiskSetting.parse(type, key, value);
    } catch (IllegalArgumentException unreadable) {
      return null;
    }
    if (!(disk instanceof DiskSetting.Attach(String volume, Long bytes, var options))
        || key.startsWith("unused")
        || !owned(volume, vmid)) {
      return disk;
    }
    String storage = disk.storage();
    boolean fixedSize = key.equals("efidisk0") || key.equals("tpmstate0");
    if (storage == null || (bytes == null && !fixedSize)) {
      return disk;
    }
    return new DiskSetting.Allocate(storage, fixedSize ? null : bytes, options);
  }

  /** Whether Proxmox named the volume after this guest and so destroys it with it. */
  private static boolean owned(String volume, int vmid) {
    String name = volume.substring(Math.max(volume.lastIndexOf('/'), volume.indexOf(':')) + 1);
    return Pattern.matches("(?:vm|base|subvol|basevol)-" + vmid + "-.*", name);
  }
}
