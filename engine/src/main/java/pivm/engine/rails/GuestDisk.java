package pivm.engine.rails;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.DiskSetting;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.Flags;
import pivm.proxmox.config.GuestConfig;

/**
 * A disk, CD-ROM drive or mount point in a guest's config.
 *
 * @param value its text
 * @param setting what that means; null when it can't be read, which rails take for the worst
 */
record GuestDisk(GuestType type, String key, String value, @Nullable DiskSetting setting) {
  private static final Pattern UNUSED = Pattern.compile("unused\\d+");

  /** All that Proxmox snapshots: CD-ROM drives and unused volumes are not among them. */
  static List<GuestDisk> of(GuestConfig config) {
    return among(config, (key, value) -> !isUnused(key) && !isCdrom(config.type(), key, value));
  }

  /** All that goes with the guest: what Proxmox snapshots, and unused volumes. */
  static List<GuestDisk> withUnused(GuestConfig config) {
    List<GuestDisk> disks = new ArrayList<>(of(config));
    disks.addAll(among(config, (key, _) -> isUnused(key)));
    return disks;
  }

  private static List<GuestDisk> among(GuestConfig config, BiPredicate<String, String> wanted) {
    List<GuestDisk> disks = new ArrayList<>();
    config
        .values()
        .forEach((key, value) -> {
          if (DiskSetting.isDisk(config.type(), key) && wanted.test(key, value)) {
            disks.add(read(config.type(), key, value));
          }
        });
    return disks;
  }

  static GuestDisk read(GuestType type, String key, String value) {
    try {
      return new GuestDisk(type, key, value, DiskSetting.parse(type, key, value));
    } catch (IllegalArgumentException unreadable) {
      return new GuestDisk(type, key, value, null);
    }
  }

  /** Whether a key holds a disk or a mount point of such a guest. */
  static boolean isDisk(GuestType type, String key) {
    return DiskSetting.isDisk(type, key) && !isUnused(key);
  }

  static boolean isUnused(String key) {
    return UNUSED.matcher(key).matches();
  }

  static boolean isCdrom(GuestType type, String key, String value) {
    return read(type, key, value).setting() instanceof DiskSetting.CdRom;
  }

  /** What it names: a volume's id, a path; all of its text where that can't be read. */
  String volume() {
    return setting == null ? value : setting.volume();
  }

  /** Whether it is a path of the host and no volume that Proxmox manages. */
  boolean isPath() {
    return volume().startsWith("/");
  }

  /** Whether {@code vzdump} copies it. */
  boolean inBackup() {
    if (key.equals("rootfs") || setting == null) {
      return true;
    }
    String backup = setting.options().get("backup");
    return type == GuestType.QEMU ? !"0".equals(backup) : !isPath() && Flags.isOn(backup);
  }

  @Nullable String storage() {
    return setting == null ? null : setting.storage();
  }

  /** In bytes; null when the config does not say. */
  @Nullable Long size() {
    return setting instanceof DiskSetting.Attach(String _, Long bytes, var _) ? bytes : null;
  }

  /**
   * The format as Proxmox's storage plugins read it from the name: files say it by their ending,
   * container subvolumes by their name, all else is raw.
   */
  String format() {
    String name = name();
    int dot = name.lastIndexOf('.');
    String ending = dot < 0 ? "" : name.substring(dot + 1);
    return switch (ending) {
      case "qcow2", "vmdk", "subvol", "raw" -> ending;
      default -> name.contains("subvol-") || name.contains("basevol-") ? "subvol" : "raw";
    };
  }

  /** Whether the volume itself is a template's base image. */
  boolean isBase() {
    String name = name();
    return name.startsWith("base-") || name.startsWith("basevol-");
  }

  /** The last part of the volume's name. */
  private String name() {
    String file = volume().substring(volume().lastIndexOf('/') + 1);
    return file.substring(file.lastIndexOf(':') + 1);
  }
}
