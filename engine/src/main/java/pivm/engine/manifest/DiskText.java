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
  private static final Pattern STORAGE = Pattern.compile("(" + STORAGE_ID + "):?");
  private static final Pattern VOLUME = Pattern.compile("(" + STORAGE_ID + "):(\\S+)");
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
        || CLOUD_INIT.matcher(file).matches();
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
    } else if (file.startsWith("/") || VOLUME.matcher(file).matches()) {
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
    Matcher named = VOLUME.matcher(file);
    if (named.matches() && DiskSize.isSize(named.group(2))) {
      long bytes = DiskSize.parse(named.group(2));
      return new DiskSetting.Import(named.group(1), bytes == 0 ? null : bytes, source, options);
    }
    Matcher bare = STORAGE.matcher(file);
    if (bare.matches()) {
      return new DiskSetting.Import(bare.group(1), null, source, options);
    }
    throw wrong("needs STORAGE:0 or STORAGE:SIZE before import-from");
  }

  private DiskSetting volume(String file, @Nullable Long bytes) {
    Matcher bare = STORAGE.matcher(file);
    if (bare.matches() && !key.startsWith("unused")) {
      return new DiskSetting.Allocate(bare.group(1), bytes, options);
    }
    Matcher named = VOLUME.matcher(file);
    if (!named.matches()) {
      throw wrong(
          DiskSize.isSize(file)
              ? "names no storage; write STORAGE:" + file
              : "is no disk; write STORAGE:SIZE, STORAGE:VOLUME or an absolute path");
    }
    if (!DiskSize.isSize(named.group(2))) {
      return new DiskSetting.Attach(file, bytes, options);
    }
    if (key.startsWith("unused")) {
      throw wrong("is for a volume that exists; write STORAGE:VOLUME");
    }
    return allocate(named.group(1), DiskSize.parse(named.group(2)));
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
