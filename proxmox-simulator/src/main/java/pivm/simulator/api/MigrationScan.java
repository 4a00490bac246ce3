package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Drive;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Storage;
import pivm.simulator.state.Volume;

/**
 * What of a guest can't be taken to another node (qemu-server, src/PVE/QemuMigrate.pm and
 * src/PVE/QemuServer.pm {@code check_storage_availability}; pve-container, src/PVE/LXC/Migrate.pm).
 */
final class MigrationScan {
  private static final List<String> COPIED = List.of("dir", "btrfs", "zfspool", "lvmthin", "lvm");

  private final Cluster cluster;
  private final Guest guest;
  private final String target;
  private final @Nullable String targetStorage;
  private final boolean withLocalDisks;
  private final Map<String, String> refused = new TreeMap<>();
  private final List<String> others = new ArrayList<>();

  MigrationScan(
      Cluster cluster,
      Guest guest,
      String target,
      @Nullable String targetStorage,
      boolean withLocalDisks) {
    this.cluster = cluster;
    this.guest = guest;
    this.target = target;
    this.targetStorage = targetStorage;
    this.withLocalDisks = withLocalDisks;
  }

  private boolean vm() {
    return guest.kind() == Kind.QEMU;
  }

  /** What the call itself refuses of a VM, before there is a task. */
  void request() {
    if (!vm() || targetStorage != null) {
      return;
    }
    guest
        .config()
        .values()
        .forEach((key, value) -> {
          String storage = Drive.parse(value).storage();
          if (Keys.isDrive(Kind.QEMU, key) && storage != null) {
            cluster.storages().enabled(storage, guest.node());
            cluster.storages().enabled(storage, target);
          }
        });
  }

  /** What the task refuses of a container before it changes anything. */
  void mountPoints() {
    guest
        .config()
        .values()
        .forEach((key, value) -> {
          if (vm() || !Keys.holdsVolume(Kind.LXC, key)) {
            return;
          }
          var drive = Drive.parse(value);
          if (drive.volume().startsWith("/")) {
            if (!"1".equals(drive.option("shared"))) {
              String type = drive.volume().startsWith("/dev/") ? "device" : "bind";
              throw ApiError.die("cannot migrate local " + type + " mount point '" + key + "'");
            }
            return;
          }
          String storage = drive.storage();
          if (storage != null) {
            available(cluster.storages().enabled(storage, guest.node()), drive, "rootdir");
          }
        });
  }

  private void available(Storage from, Drive drive, String content) {
    Storage to =
        cluster
            .storages()
            .enabled(targetStorage == null || from.isShared() ? from.id() : targetStorage, target);
    if (!to.allows(content)) {
      throw ApiError.die(
          drive.volume()
              + ": content type '"
              + content
              + "' is not available on storage '"
              + to.id()
              + "'");
    }
  }

  /**
   * Looks at every volume that the guest names, in effect, pending, unused and in snapshots.
   *
   * @throws ApiError when there is one that can't be taken along; the log says which
   */
  void volumes(Consumer<String> log) {
    drives(guest.config().values(), null);
    drives(guest.config().pending(), null);
    for (String name : guest.config().snapshotNames()) {
      Map<String, String> snapshot = guest.config().snapshot(name);
      drives(snapshot == null ? Map.of() : snapshot, name);
    }
    refused.forEach((volume, why) ->
        log.accept(
            "can't migrate local " + (vm() ? "disk" : "volume") + " '" + volume + "': " + why));
    others.forEach(log);
    if (!refused.isEmpty() || !others.isEmpty()) {
      throw ApiError.die(
          vm()
              ? "Problem found while scanning volumes - can't migrate VM - check log"
              : "can't migrate CT - check log");
    }
  }

  private void drives(Map<String, String> values, @Nullable String snapshot) {
    values.forEach((key, value) -> {
      if (!Keys.holdsVolume(guest.kind(), key)) {
        return;
      }
      var drive = Drive.parse(value);
      if (drive.isRequest() && !vm()) {
        return;
      }
      try {
        test(key, drive, snapshot);
      } catch (ApiError refusal) {
        refused.putIfAbsent(drive.volume(), String.valueOf(refusal.getMessage()));
      }
    });
  }

  private void test(String key, Drive drive, @Nullable String snapshot) {
    String volume = drive.volume();
    if (volume.startsWith("/")) {
      if (vm() && !"1".equals(drive.option("shared"))) {
        throw ApiError.die("local file/device");
      }
      return;
    }
    if (volume.equals("cdrom")) {
      others.add("can't migrate local cdrom drive");
    }
    String id = drive.storage();
    if (id == null) {
      return;
    }
    Storage storage = cluster.storages().enabled(id, guest.node());
    if (vm()) {
      available(storage, drive, drive.isCdrom() && !drive.isCloudInit() ? "iso" : "images");
    }
    if (storage.isShared()) {
      return;
    }
    if (drive.isCdrom()) {
      if (!drive.isCloudInit()) {
        throw ApiError.die("local cdrom image");
      }
      return;
    }
    local(key, storage, cluster.storages().find(guest.node(), volume), snapshot);
  }

  private void local(
      String key, Storage storage, @Nullable Volume volume, @Nullable String snapshot) {
    if (volume == null || volume.owner() != guest.vmid()) {
      throw ApiError.die(
          vm()
              ? "owned by other VM (owner = VM " + (volume == null ? "" : volume.owner()) + ")"
              : "owned by other guest (owner = " + (volume == null ? "" : volume.owner()) + ")");
    }
    if (snapshot != null && !key.equals("vmstate")) {
      snapshots(storage, volume);
    }
    if (vm() && volume.isBase() && storage.space(guest.node()).hasChildren(volume.name())) {
      throw ApiError.die("referenced by linked clone(s)");
    }
    if (vm()
        && snapshot == null
        && guest.isRunning()
        && !withLocalDisks
        && Keys.isDrive(Kind.QEMU, key)
        && !key.equals("tpmstate0")) {
      throw ApiError.die("can't live migrate attached local disks without with-local-disks option");
    }
    if (!COPIED.contains(storage.type())) {
      throw ApiError.die("storage type '" + storage.type() + "' not supported");
    }
    if (volume.name().matches("(?:.*/)?(?:base|basevol)-\\d+-[^/]*/.*")) {
      throw ApiError.die("clone of '" + volume.name().replaceFirst("/[^/]*$", "") + "'");
    }
  }

  private void snapshots(Storage storage, Volume volume) {
    if (vm() && guest.isRunning()) {
      throw ApiError.die("online storage migration not possible if non-replicated snapshot exists");
    }
    boolean carried =
        storage.type().equals("zfspool")
            || (storage.type().equals("btrfs") && (!vm() || volume.format().equals("raw")))
            || (vm()
                && volume.format().equals("qcow2")
                && !"1".equals(storage.options().get("snapshot-as-volume-chain")));
    if (!carried) {
      throw ApiError.die("non-migratable snapshot exists");
    }
  }

  /**
   * A VM's devices that keep it where it is.
   *
   * @param forced whether devices of the node are let pass, as HA does
   */
  void devices(boolean forced) {
    List<String> blocking = localDevices(guest);
    if (!blocking.isEmpty() && !forced) {
      throw ApiError.die(
          "can't migrate VM which uses local devices: " + String.join(", ", blocking));
    }
    List<String> mapped = mappedDevices(guest);
    if (guest.isRunning() && !mapped.isEmpty()) {
      throw ApiError.die(
          "can't live migrate running VM which uses following mapped devices: "
              + String.join(", ", mapped));
    }
  }

  /** The keys of devices of its node (src/PVE/QemuMigrate/Helpers.pm). */
  static List<String> localDevices(Guest guest) {
    return guest.config().values().entrySet().stream()
        .filter(one ->
            switch (kind(one.getKey())) {
              case "usb" ->
                  mapping(one.getValue()) == null
                      && !one.getValue().matches("(?i)(?:host=)?spice(?:,.*)?");
              case "hostpci" -> mapping(one.getValue()) == null;
              case "serial" -> !one.getValue().equals("socket");
              case "parallel", "ivshmem", "hostusb" -> true;
              case "amd-sev", "intel-tdx", "virtiofs" -> guest.isRunning();
              default -> false;
            })
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Devices by their mapping, as {@code KEY:NAME}; no mapping here lets a running VM move. */
  static List<String> mappedDevices(Guest guest) {
    List<String> mapped = new ArrayList<>();
    guest
        .config()
        .values()
        .forEach((key, value) -> {
          String kind = kind(key);
          String mapping = kind.equals("virtiofs") ? Drive.parse(value).volume() : mapping(value);
          if (List.of("usb", "hostpci", "virtiofs").contains(kind) && mapping != null) {
            mapped.add(key + ":" + mapping);
          }
        });
    return mapped;
  }

  private static String kind(String key) {
    return key.replaceAll("\\d+$", "");
  }

  private static @Nullable String mapping(String value) {
    return Drive.parse(value).option("mapping");
  }
}
