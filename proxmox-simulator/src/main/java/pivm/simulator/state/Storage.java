package pivm.simulator.state;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Kind;

/** A storage of the cluster, with what Proxmox's plugin for its type can do. */
public final class Storage {
  private static final Set<String> FILE_TYPES = Set.of("dir", "nfs", "cifs", "btrfs", "cephfs");
  private static final Set<String> SHARED_TYPES =
      Set.of("nfs", "cifs", "cephfs", "rbd", "pbs", "iscsi");

  private final String id;
  private final String type;
  private final Map<String, String> options = new LinkedHashMap<>();
  private final Map<String, Space> spaces = new TreeMap<>();
  private final long capacity;

  Storage(String id, String type, Map<String, String> options, long capacity) {
    this.id = id;
    this.type = type;
    this.options.putAll(options);
    this.capacity = capacity;
  }

  public String id() {
    return id;
  }

  public String type() {
    return type;
  }

  /** The options as in storage.cfg. */
  public Map<String, String> options() {
    return options;
  }

  public boolean isShared() {
    return SHARED_TYPES.contains(type) || "1".equals(options.get("shared"));
  }

  public boolean isDisabled() {
    return "1".equals(options.get("disable"));
  }

  /** Whether the storage exists on that node. */
  public boolean isOn(String node) {
    var nodes = options.get("nodes");
    return nodes == null || Arrays.asList(nodes.split("[,; ]+")).contains(node);
  }

  public Set<String> content() {
    var content = new TreeSet<String>();
    content.addAll(Arrays.asList(options.getOrDefault("content", defaultContent()).split(",")));
    content.remove("none");
    return content;
  }

  private String defaultContent() {
    return switch (type) {
      case "dir", "nfs", "cifs" -> "images,rootdir,vztmpl,iso,backup,snippets";
      case "btrfs" -> "images,rootdir";
      case "cephfs" -> "vztmpl,iso,backup";
      case "pbs" -> "backup";
      default -> "images,rootdir";
    };
  }

  public boolean allows(String contentType) {
    return content().contains(contentType);
  }

  /** The room on a node. */
  public Space space(String node) {
    return spaces.computeIfAbsent(
        isShared() ? "" : node, n -> new Space(capacity, Math.min(capacity / 10, 30L << 30)));
  }

  /** Whether volumes are files below a folder. */
  public boolean hasFiles() {
    return FILE_TYPES.contains(type);
  }

  /** The folder of a file storage. */
  public String path() {
    var path = options.get("path");
    return path == null ? "/mnt/pve/" + id : path;
  }

  /** The format of new volumes. */
  String defaultFormat(Kind kind) {
    if (type.equals("zfspool") && kind == Kind.LXC) {
      return "subvol";
    }
    return "raw";
  }

  /** Whether volumes of that format can be snapshotted. */
  public boolean canSnapshot(String format) {
    return switch (type) {
      case "lvmthin", "zfspool", "rbd" -> true;
      case "btrfs" -> format.equals("raw") || format.equals("subvol");
      default -> hasFiles() && format.equals("qcow2");
    };
  }

  /** Whether a linked clone of such a volume is possible. */
  public boolean canLink(String format, boolean isBase) {
    return switch (type) {
      case "lvmthin", "zfspool", "rbd" -> isBase;
      case "btrfs" -> isBase || format.equals("raw");
      default -> hasFiles() && isBase && (format.equals("qcow2") || format.equals("raw"));
    };
  }

  /** Whether new volumes take their whole size at once. */
  boolean isThick() {
    return type.equals("lvm");
  }

  /** Where the volume lies on a node. */
  public String pathOf(String volumeName) {
    if (hasFiles()) {
      return path() + filePath(volumeName);
    }
    return switch (type) {
      case "zfspool" ->
          "/dev/zvol/" + options.getOrDefault("pool", "rpool/data") + "/" + volumeName;
      case "rbd" -> "rbd:" + options.getOrDefault("pool", "rbd") + "/" + volumeName;
      default -> "/dev/" + options.getOrDefault("vgname", "pve") + "/" + volumeName;
    };
  }

  private static String filePath(String name) {
    int slash = name.indexOf('/');
    String folder = slash < 0 ? "" : name.substring(0, slash);
    String file = name.substring(slash + 1);
    return switch (folder) {
      case "iso" -> "/template/iso/" + file;
      case "vztmpl" -> "/template/cache/" + file;
      case "backup" -> "/dump/" + file;
      case "snippets", "import" -> "/" + folder + "/" + file;
      default -> "/images/" + lastTwo(name);
    };
  }

  private static String lastTwo(String name) {
    var parts = name.split("/");
    return parts.length > 2 ? parts[parts.length - 2] + "/" + parts[parts.length - 1] : name;
  }

  @Nullable String option(String name) {
    return options.get(name);
  }
}
