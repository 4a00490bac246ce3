package pivm.engine.rails;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.DiskSetting;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.ByteSize;
import pivm.proxmox.config.Flags;
import pivm.proxmox.config.GuestConfig;

/**
 * A disk or mount point in a guest's config.
 *
 * @param volume a volume id, or a path
 */
record GuestDisk(GuestType type, String key, String volume, String value) {
  private static final Pattern UNUSED = Pattern.compile("unused\\d+");

  /** All that Proxmox snapshots: CD-ROM drives and unused volumes are not among them. */
  static List<GuestDisk> of(GuestConfig config) {
    List<GuestDisk> disks = new ArrayList<>();
    config
        .values()
        .forEach((key, value) -> {
          if (isDisk(config.type(), key) && !isCdrom(value)) {
            disks.add(new GuestDisk(config.type(), key, ConfigText.volume(value), value));
          }
        });
    return disks;
  }

  /** Whether a key holds a disk or a mount point of such a guest. */
  static boolean isDisk(GuestType type, String key) {
    return DiskSetting.isDisk(type, key) && !isUnused(key);
  }

  static boolean isUnused(String key) {
    return UNUSED.matcher(key).matches();
  }

  static boolean isCdrom(String value) {
    String volume = ConfigText.volume(value);
    return "cdrom".equals(ConfigText.option(value, "media"))
        || volume.equals("none")
        || volume.equals("cdrom");
  }

  /** Whether it is a path of the host and no volume that Proxmox manages. */
  boolean isPath() {
    return volume.startsWith("/");
  }

  /** Whether {@code vzdump} copies it. */
  boolean inBackup() {
    if (isPath()) {
      return type == GuestType.QEMU && !"0".equals(ConfigText.option(value, "backup"));
    }
    if (key.equals("rootfs")) {
      return true;
    }
    String backup = ConfigText.option(value, "backup");
    return type == GuestType.QEMU ? !"0".equals(backup) : Flags.isOn(backup);
  }

  @Nullable String storage() {
    return ConfigText.storage(volume);
  }

  /** In bytes; null when the config does not say. */
  @Nullable Long size() {
    ByteSize size = ByteSize.parse(ConfigText.option(value, "size"));
    return size == null ? null : (Long) size.bytes();
  }

  /**
   * The format as Proxmox's storage plugins read it from the name: files say it by their ending,
   * container subvolumes by their name, all else is raw.
   */
  String format() {
    String name = volume.substring(volume.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    String ending = dot < 0 ? "" : name.substring(dot + 1);
    return switch (ending) {
      case "qcow2", "vmdk", "subvol", "raw" -> ending;
      default -> name.contains("subvol-") || name.contains("basevol-") ? "subvol" : "raw";
    };
  }

  /** Whether the volume itself is a template's base image. */
  boolean isBase() {
    String name = volume.substring(volume.lastIndexOf('/') + 1);
    int colon = name.lastIndexOf(':');
    String last = colon < 0 ? name : name.substring(colon + 1);
    return last.startsWith("base-") || last.startsWith("basevol-");
  }
}
