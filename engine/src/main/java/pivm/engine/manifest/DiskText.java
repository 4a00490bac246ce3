package pivm.engine.manifest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/**
 * Reads the text of a disk key.
 *
 * <p>What counts as a new volume, a cloud-init drive or a bind mount follows qemu-server
 * (src/PVE/QemuServer/Drive.pm) and pve-container (src/PVE/LXC.pm, src/PVE/LXC/Config.pm).
 */
final class DiskText {
  private static final String STORAGE_ID = "[A-Za-z][A-Za-z0-9_.-]*[A-Za-z0-9]";
  private static final Pattern CLOUD_INIT =
      Pattern.compile(
          "("
              + STORAGE_ID
              + "):(?:.*/)?(?:vm-\\d+-)?cloudinit(?:\\.(?:raw|qcow2?|qed|vmdk|cloop))?");
  private static final Map<String, String> ALIASES =
      Map.of(
          "bps_rd_length", "bps_rd_max_length",
          "bps_wr_length", "bps_wr_max_length",
          "iops_rd_length", "iops_rd_max_length",
          "iops_wr_length", "iops_wr_max_length");

  private final GuestType type;
  private final String key;
  private final String text;
  private final SequencedMap<String, String> options = new LinkedHashMap<>();

  DiskText(GuestType type, String key, String text) {
    this.type = type;
    this.key = key;
    this.text = text;
  }

  DiskSetting parse() {
    String file = split();
    Long bytes = takeSize();
    String media = options.remove("media");
    String source = options.remove("import-from");
    if (type == GuestType.QEMU && cdRom(file, media)) {
      return drive(file);
    }
    if (source != null) {
      return imported(file, source);
    }
    if (file.startsWith("/")) {
      return type == GuestType.QEMU || file.startsWith("/dev/")
          ? new DiskSetting.Passthrough(file, options)
          : new DiskSetting.BindMount(file, options);
    }
    return volume(file, bytes);
  }

  private @Nullable Long takeSize() {
    String size = options.remove("size");
    try {
      return size == null ? null : (Long) DiskSize.parseConfig(size);
    } catch (IllegalArgumentException noSize) {
      throw wrong("has a wrong size: " + noSize.getMessage());
    }
  }

  /** Takes the options in and gives the part that says what and where. */
  private String split() {
    String file = null;
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? "" : part.substring(0, equals).strip();
      String value = part.substring(equals + 1).strip();
      if (name.isEmpty() || name.equals("file") || name.equals("volume")) {
        file = only(file, value);
      } else if (options.put(ALIASES.getOrDefault(name, name), value) != null) {
        throw wrong("names " + name + " twice");
      }
    }
    if (file == null || file.isEmpty()) {
      throw wrong("names no storage or volume");
    }
    return file;
  }

  private String only(@Nullable String before, String value) {
    if (before != null) {
      throw wrong("has '" + value + "' where NAME=VALUE is expected");
    }
    return value;
  }

  private static boolean cdRom(String file, @Nullable String media) {
    return "cdrom".equals(media)
        || file.equals("none")
        || file.equals("cdrom")
        || (file.contains("cloudinit") && CLOUD_INIT.matcher(file).matches());
  }

  private DiskSetting drive(String file) {
    Matcher cloudInit = CLOUD_INIT.matcher(file);
    DiskSetting.CdRom.Medium medium;
    if (file.equals("none")) {
      medium = new DiskSetting.CdRom.Empty();
    } else if (file.equals("cdrom")) {
      medium = new DiskSetting.CdRom.HostDrive();
    } else if (cloudInit.matches()) {
      medium = new DiskSetting.CdRom.CloudInit(cloudInit.group(1));
    } else if (file.startsWith("/") || Named.in(file) != null) {
      medium = new DiskSetting.CdRom.Image(file);
    } else {
      throw wrong("has no image for its CD-ROM drive; write STORAGE:iso/FILE, none or cdrom");
    }
    return new DiskSetting.CdRom(medium, options);
  }

  private DiskSetting imported(String file, String source) {
    if (type == GuestType.LXC) {
      throw wrong("imports a disk, which only a VM can");
    }
    Named named = Named.in(file);
    if (named != null && DiskSize.isSize(named.name)) {
      long bytes = DiskSize.parse(named.name);
      return new DiskSetting.Import(named.storage, bytes == 0 ? null : bytes, source, options);
    }
    String bare = bareStorage(file);
    if (bare != null) {
      return new DiskSetting.Import(bare, null, source, options);
    }
    throw wrong("needs STORAGE:0 or STORAGE:SIZE before import-from");
  }

  private DiskSetting volume(String file, @Nullable Long bytes) {
    String bare = bareStorage(file);
    if (bare != null && !key.startsWith("unused")) {
      return new DiskSetting.Allocate(bare, bytes, options);
    }
    Named named = Named.in(file);
    if (named == null) {
      throw wrong(
          DiskSize.isSize(file)
              ? "names no storage; write STORAGE:" + file
              : "is no disk; write STORAGE:SIZE, STORAGE:VOLUME or an absolute path");
    }
    if (!DiskSize.isSize(named.name)) {
      return new DiskSetting.Attach(file, bytes, options);
    }
    if (key.startsWith("unused")) {
      throw wrong("is for a volume that exists; write STORAGE:VOLUME");
    }
    return allocate(named.storage, DiskSize.parse(named.name));
  }

  private DiskSetting allocate(String storage, long bytes) {
    if (key.equals("efidisk0") || key.equals("tpmstate0")) {
      // Proxmox ignores a size here: theirs is fixed.
      return new DiskSetting.Allocate(storage, null, options);
    }
    if (bytes == 0 && type == GuestType.QEMU) {
      throw wrong("has size 0; write its size in GiB, or add import-from=VOLUME");
    }
    return new DiskSetting.Allocate(storage, bytes, options);
  }

  /** {@code STORAGE} or {@code STORAGE:}; null for anything else. */
  private static @Nullable String bareStorage(String file) {
    String id = file.endsWith(":") ? file.substring(0, file.length() - 1) : file;
    return isStorageId(id) ? id : null;
  }

  /** Read by hand: this is asked several times of every disk of every guest. */
  private static boolean isStorageId(String text) {
    int last = text.length() - 1;
    if (last < 1 || !isLetter(text.charAt(0)) || !isLetterOrDigit(text.charAt(last))) {
      return false;
    }
    for (int i = 1; i < last; i++) {
      char at = text.charAt(i);
      if (!isLetterOrDigit(at) && at != '_' && at != '.' && at != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetter(char at) {
    return (at >= 'a' && at <= 'z') || (at >= 'A' && at <= 'Z');
  }

  private static boolean isLetterOrDigit(char at) {
    return isLetter(at) || (at >= '0' && at <= '9');
  }

  /** {@code STORAGE:NAME}, where the name has no blanks. */
  private record Named(String storage, String name) {
    static @Nullable Named in(String file) {
      int colon = file.indexOf(':');
      if (colon < 0 || colon == file.length() - 1 || !isStorageId(file.substring(0, colon))) {
        return null;
      }
      for (int i = colon + 1; i < file.length(); i++) {
        if (" \t\n\u000B\f\r".indexOf(file.charAt(i)) >= 0) {
          return null;
        }
      }
      return new Named(file.substring(0, colon), file.substring(colon + 1));
    }
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(key + " '" + text + "' " + what);
  }

  static @Nullable String storageOf(String volume) {
    int colon = volume.indexOf(':');
    return colon < 1 || volume.startsWith("/") ? null : volume.substring(0, colon);
  }

  static String size(@Nullable Long bytes) {
    return bytes == null ? "" : DiskSize.text(bytes);
  }

  /** A size as configs spell it, where a bare number is bytes. */
  static String configSize(long bytes) {
    if (bytes % DiskSize.KIB != 0) {
      return Long.toString(bytes);
    }
    String text = DiskSize.text(bytes);
    return Character.isDigit(text.charAt(text.length() - 1)) ? text + "G" : text;
  }

  static String join(String first, SequencedMap<String, String> options) {
    var text = new StringBuilder(first);
    options.forEach((name, value) -> text.append(',').append(name).append('=').append(value));
    return text.toString();
  }
}
