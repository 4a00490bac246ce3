package pivm.proxmox.config;

import java.math.BigDecimal;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a disk, CD-ROM or mount point refers to: the part {@code file} or {@code volume}. */
public sealed interface VolumeRef {

  /** A volume that is there: {@code STORAGE:NAME}. */
  record Volume(String storage, String name) implements VolumeRef {
    /** Whether it is an ISO image or another file that guests do not own. */
    public boolean shared() {
      return name.startsWith("iso/") || name.startsWith("vztmpl/") || name.startsWith("import/");
    }

    @Override
    public String toString() {
      return storage + ":" + name;
    }
  }

  /**
   * A volume to be made: {@code STORAGE:GIB}.
   *
   * @param storage null for the call's or Proxmox's default storage
   */
  record Allocation(@Nullable String storage, BigDecimal gib) implements VolumeRef {
    @Override
    public String toString() {
      String size = gib.stripTrailingZeros().toPlainString();
      return storage == null ? size : storage + ":" + size;
    }
  }

  /** A cloud-init drive to be made: {@code STORAGE:cloudinit}. */
  record CloudInit(String storage) implements VolumeRef {
    @Override
    public String toString() {
      return storage + ":cloudinit";
    }
  }

  /** A device or folder of the node: {@code /dev/…} passed through, or a bind mount. */
  record HostPath(String path) implements VolumeRef {
    public boolean device() {
      return path.startsWith("/dev/");
    }

    @Override
    public String toString() {
      return path;
    }
  }

  /** A CD-ROM drive without medium. */
  enum NoMedium implements VolumeRef {
    NONE;

    @Override
    public String toString() {
      return "none";
    }
  }

  /** The node's own CD-ROM drive. */
  enum HostDrive implements VolumeRef {
    CDROM;

    @Override
    public String toString() {
      return "cdrom";
    }
  }

  /** A bare file name, which Proxmox completes with the storage {@code local} when it reads it. */
  record FileName(String name) implements VolumeRef {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Reads a reference; every text is one. */
  static VolumeRef parse(String text) {
    return switch (text) {
      case "none" -> NoMedium.NONE;
      case "cdrom" -> HostDrive.CDROM;
      default -> text.startsWith("/") ? new HostPath(text) : Forms.named(text);
    };
  }

  /** The storage it lies on or will lie on, null when on none or unsaid. */
  default @Nullable String storage() {
    return switch (this) {
      case Volume volume -> volume.storage;
      case Allocation allocation -> allocation.storage;
      case CloudInit drive -> drive.storage;
      case HostPath _, NoMedium _, HostDrive _, FileName _ -> null;
    };
  }

  /** The forms of names. */
  final class Forms {
    // NEW_DISK_RE of qemu-server src/PVE/QemuServer/Drive.pm and pve-container src/PVE/LXC.pm.
    private static final Pattern NEW = Pattern.compile("(?:([^/:\\s]+):)?(\\d+(?:\\.\\d+)?)");
    private static final Pattern VOLUME = Pattern.compile("([^/:\\s]+):(.+)");

    private Forms() {}

    private static VolumeRef named(String text) {
      Matcher allocation = NEW.matcher(text);
      if (allocation.matches()) {
        return new Allocation(allocation.group(1), new BigDecimal(allocation.group(2)));
      }
      Matcher volume = VOLUME.matcher(text);
      if (!volume.matches()) {
        return new FileName(text);
      }
      return volume.group(2).equals("cloudinit")
          ? new CloudInit(volume.group(1))
          : new Volume(volume.group(1), volume.group(2));
    }
  }
}
