package pivm.simulator.state;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Drive;
import pivm.simulator.config.GuestConfig;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;

/** The cluster's storages, and making, finding and destroying volumes on them. */
public final class Storages {
  private final SimulatedTime time;
  private final Map<String, Storage> storages = new TreeMap<>();

  Storages(SimulatedTime time) {
    this.time = time;
  }

  public Collection<Storage> all() {
    return Collections.unmodifiableCollection(storages.values());
  }

  public @Nullable Storage find(String id) {
    return storages.get(id);
  }

  /**
   * The storage of that name.
   *
   * @throws ApiError when there is none
   */
  public Storage get(String id) {
    var storage = storages.get(id);
    if (storage == null) {
      throw ApiError.die("storage '" + id + "' does not exist");
    }
    return storage;
  }

  /**
   * The storage of that name, if it can be used on the node.
   *
   * @throws ApiError when it cannot
   */
  public Storage enabled(String id, String node) {
    var storage = get(id);
    if (storage.isDisabled()) {
      throw ApiError.die("storage '" + id + "' is disabled");
    }
    if (!storage.isOn(node)) {
      throw ApiError.die("storage '" + id + "' is not available on node '" + node + "'");
    }
    return storage;
  }

  public Storage define(String id, String type, Map<String, String> options, long capacity) {
    var storage = new Storage(id, type, options, capacity);
    storages.put(id, storage);
    return storage;
  }

  public void remove(String id) {
    storages.remove(id);
  }

  /** The volume of that id as seen from a node, or null. */
  public @Nullable Volume find(String node, String volumeId) {
    int colon = volumeId.indexOf(':');
    var storage = colon < 0 ? null : storages.get(volumeId.substring(0, colon));
    return storage == null || !storage.isOn(node)
        ? null
        : storage.space(node).find(volumeId.substring(colon + 1));
  }

  /** Makes a disk or container volume with the next free name. */
  public Volume allocate(
      Storage storage, String node, Kind kind, int vmid, @Nullable String format, long size) {
    String form = format == null ? storage.defaultFormat(kind) : format;
    String stem = form.equals("subvol") ? "subvol" : "vm";
    int number = nextNumber(storage.space(node), vmid);
    return put(storage, node, kind, vmid, stem + "-" + vmid + "-disk-" + number, form, size);
  }

  /** Makes a volume with a name of its own, such as a cloud-init drive or saved memory. */
  public Volume put(
      Storage storage, String node, Kind kind, int vmid, String file, String format, long size) {
    String name = storage.hasFiles() ? vmid + "/" + file + "." + format : file;
    long available = storage.space(node).available();
    if (available <= 0 || (storage.isThick() && available < size)) {
      throw outOfSpace(storage, name);
    }
    String content = kind == Kind.LXC ? "rootdir" : "images";
    long used = storage.isThick() ? size : Math.min(size, 4096 * 48);
    var volume = new Volume(storage.id(), name, content, format, vmid, size, used, time.seconds());
    storage.space(node).add(volume);
    return volume;
  }

  /** Puts a file (image, template, backup) on a storage; an older one of that name is replaced. */
  public Volume putFile(
      Storage storage, String node, String content, String file, String format, long size) {
    String name = content + "/" + file;
    var old = storage.space(node).find(name);
    if (old != null) {
      storage.space(node).remove(old);
    }
    var volume =
        new Volume(storage.id(), name, content, format, ownerOf(file), size, size, time.seconds());
    storage.space(node).add(volume);
    return volume;
  }

  private static int ownerOf(String file) {
    var backup = java.util.regex.Pattern.compile("vzdump-(?:lxc|qemu)-(\\d+)-.*").matcher(file);
    return backup.matches() ? Integer.parseInt(backup.group(1)) : 0;
  }

  /** A linked clone of a volume for another guest. */
  public Volume link(Storage storage, String node, Volume base, int vmid) {
    int number = nextNumber(storage.space(node), vmid);
    String stem = base.format.equals("subvol") ? "subvol" : "vm";
    String file = stem + "-" + vmid + "-disk-" + number;
    String name =
        switch (storage.type()) {
          case "lvmthin" -> file;
          case "zfspool", "rbd" -> base.name + "/" + file;
          case "btrfs" -> vmid + "/" + file + "." + base.format;
          default ->
              base.name
                  + "/"
                  + vmid
                  + "/"
                  + file
                  + "."
                  + (base.format.equals("raw") ? "qcow2" : base.format);
        };
    String format = storage.hasFiles() && !storage.type().equals("btrfs") ? "qcow2" : base.format;
    var volume =
        new Volume(
            storage.id(), name, base.content, format, vmid, base.size, 4096 * 48, time.seconds());
    if (!storage.type().equals("btrfs")) {
      volume.parent = base.name;
    }
    storage.space(node).add(volume);
    return volume;
  }

  /** Makes the volume the base of a template. */
  public void makeBase(Storage storage, String node, Volume volume) {
    String to =
        volume.format.equals("subvol")
            ? volume.name.replaceFirst("(^|/)subvol-", "$1basevol-")
            : volume.name.replaceFirst("(^|/)vm-", "$1base-");
    rename(storage.space(node), volume, to, volume.owner);
  }

  /** Gives the volume to another guest under that guest's next free name. */
  public void reassign(Storage storage, String node, Volume volume, int vmid) {
    String file = "vm-" + vmid + "-disk-" + nextNumber(storage.space(node), vmid);
    rename(
        storage.space(node),
        volume,
        storage.hasFiles() ? vmid + "/" + file + "." + volume.format : file,
        vmid);
  }

  private static void rename(Space space, Volume volume, String name, int owner) {
    space.remove(volume);
    volume.name = name;
    volume.owner = owner;
    space.add(volume);
  }

  /** Moves a volume of a local storage to another node. */
  public void carry(Storage storage, Volume volume, String from, String to) {
    storage.space(from).remove(volume);
    storage.space(to).add(volume);
  }

  /**
   * Destroys a volume.
   *
   * @throws ApiError when a linked clone still needs it
   */
  public void free(Storage storage, String node, Volume volume) {
    if (volume.isBase() && storage.space(node).hasChildren(volume.name)) {
      throw ApiError.die("base volume '" + volume.id() + "' is still in use by linked cloned");
    }
    storage.space(node).remove(volume);
  }

  /** Volumes on a node that belong to a guest by their names, on all storages. */
  public List<Volume> ownedBy(String node, int vmid) {
    List<Volume> owned = new ArrayList<>();
    for (var storage : storages.values()) {
      if (storage.isOn(node)) {
        owned.addAll(storage.space(node).ownedBy(vmid));
      }
    }
    owned.removeIf(v -> !v.content.equals("images") && !v.content.equals("rootdir"));
    return owned;
  }

  /** Whether a guest's configuration (snapshots included) names the volume. */
  public static boolean isUsed(GuestConfig config, String volumeId, @Nullable String exceptKey) {
    if (names(config, config.values(), volumeId, exceptKey)
        || names(config, config.pending(), volumeId, null)) {
      return true;
    }
    return config.snapshots().stream().anyMatch(s -> names(config, s, volumeId, null));
  }

  private static boolean names(
      GuestConfig config, Map<String, String> values, String volumeId, @Nullable String except) {
    return values.entrySet().stream()
        .anyMatch(e ->
            !e.getKey().equals(except)
                && Keys.holdsVolume(config.kind(), e.getKey())
                && Drive.parse(e.getValue()).volume().equals(volumeId));
  }

  private static int nextNumber(Space space, int vmid) {
    var owned = space.ownedBy(vmid);
    for (int number = 0; ; number++) {
      String mark = "-" + vmid + "-disk-" + number;
      if (owned.stream().noneMatch(v -> hasNumber(v.name, mark))) {
        return number;
      }
    }
  }

  private static boolean hasNumber(String name, String mark) {
    int at = name.lastIndexOf(mark);
    int end = at + mark.length();
    return at >= 0 && (end == name.length() || name.charAt(end) == '.');
  }

  private static ApiError outOfSpace(Storage storage, String name) {
    return ApiError.die(
        switch (storage.type()) {
          case "zfspool" ->
              "zfs error: cannot create '"
                  + storage.options().getOrDefault("pool", "rpool/data")
                  + "/"
                  + name
                  + "': out of space";
          case "lvm", "lvmthin" ->
              "lvcreate '"
                  + storage.options().getOrDefault("vgname", "pve")
                  + "/"
                  + name
                  + "' error:   Cannot create new thin volume, free space in thin pool reached"
                  + " threshold.";
          default ->
              "unable to create image: qemu-img: "
                  + storage.pathOf(name)
                  + ": Could not write image: No space left on device";
        });
  }

  /** What the log says about a new volume; null when nothing. */
  public static @Nullable String creationLine(Storage storage, Volume volume) {
    if (storage.type().equals("lvmthin") || storage.type().equals("lvm")) {
      return "  Logical volume \"" + volume.name + "\" created.";
    }
    if (!storage.hasFiles() || storage.type().equals("btrfs")) {
      return null;
    }
    String format = "Formatting '" + storage.pathOf(volume.name) + "', fmt=" + volume.format;
    if (!volume.format.equals("qcow2")) {
      return format + " size=" + volume.size + " preallocation=off";
    }
    return format
        + " cluster_size=65536 extended_l2=off preallocation=metadata compression_type=zlib size="
        + volume.size
        + " lazy_refcounts=off refcount_bits=16";
  }
}
