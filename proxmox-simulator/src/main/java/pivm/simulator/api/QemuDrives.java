package pivm.simulator.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Drive;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;
import pivm.simulator.config.Sizes;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Storages;
import pivm.simulator.state.Task;
import pivm.simulator.state.Volume;

/** Makes the drives that a request asks for. */
final class QemuDrives {
  private QemuDrives() {}

  /** What can be refused before any work: storages and their content types, privileges. */
  static void check(Call call, Map<String, String> keys, @Nullable String defaultStorage) {
    for (var entry : keys.entrySet()) {
      if (Keys.isDrive(Kind.QEMU, entry.getKey())) {
        check(call, Drive.parse(entry.getValue()));
      }
    }
    if (defaultStorage != null) {
      call.cluster().storages().get(defaultStorage);
    }
  }

  private static void check(Call call, Drive drive) {
    var id = drive.storage();
    if (id == null) {
      if (drive.volume().startsWith("/") && !call.isRoot()) {
        throw ApiError.die("Only root can pass arbitrary filesystem paths.");
      }
      return;
    }
    var storage = call.cluster().storages().get(id);
    boolean makes = drive.isRequest() || drive.volume().endsWith(":cloudinit");
    if (makes) {
      if (!storage.allows("images")) {
        throw ApiError.parameter("storage", "storage '" + id + "' does not support vm images");
      }
      call.permissions().check("/storage/" + id, "Datastore.AllocateSpace");
    } else if (!call.permissions()
        .mayAny(
            "/storage/" + id, "Datastore.Allocate", "Datastore.AllocateSpace", "Datastore.Audit")) {
      throw ApiError.denied("/storage/" + id + ", Datastore.Audit");
    }
  }

  /**
   * Makes one drive.
   *
   * @return the value for the configuration
   */
  static String create(
      Cluster cluster, String node, int vmid, String key, String value, @Nullable Task task) {
    var drive = Drive.parse(value);
    var id = drive.storage();
    if (id == null) {
      return value;
    }
    if (drive.volume().endsWith(":cloudinit")) {
      return cloudInit(cluster, node, vmid, drive, id);
    }
    if (!drive.isRequest()) {
      var volume = Volumes.need(cluster, node, drive.volume());
      return drive.with("size", Sizes.format(Math.max(volume.size(), 512))).print();
    }
    var storage = cluster.storages().enabled(id, node);
    var source = drive.option("import-from");
    Volume from =
        source == null || source.startsWith("/") ? null : Volumes.need(cluster, node, source);
    long size = from != null ? from.size() : fixedSize(key, drive);
    if (source != null && from == null) {
      size = 2 * Sizes.GIB;
    }
    var volume =
        cluster.storages().allocate(storage, node, Kind.QEMU, vmid, drive.option("format"), size);
    log(task, Storages.creationLine(storage, volume));
    var made =
        drive
            .on(volume.id())
            .without("format")
            .without("import-from")
            .with("size", Sizes.format(size));
    log(task, key + ": successfully created disk '" + made.print() + "'");
    return made.print();
  }

  private static long fixedSize(String key, Drive drive) {
    return switch (key) {
      case "efidisk0" -> "2m".equals(drive.option("efitype")) ? 128 * Sizes.KIB : 528 * Sizes.KIB;
      case "tpmstate0" -> 4 * Sizes.MIB;
      default -> drive.requestedBytes();
    };
  }

  private static String cloudInit(Cluster cluster, String node, int vmid, Drive drive, String id) {
    var storage = cluster.storages().enabled(id, node);
    String format = drive.option("format");
    String form =
        format != null
            ? format
            : storage.hasFiles() && !storage.type().equals("btrfs") ? "qcow2" : "raw";
    String file = "vm-" + vmid + "-cloudinit";
    String name = storage.hasFiles() ? vmid + "/" + file + "." + form : file;
    var old = storage.space(node).find(name);
    Volume volume =
        old != null
            ? old
            : cluster.storages().put(storage, node, Kind.QEMU, vmid, file, form, 4 * Sizes.MIB);
    return drive.on(volume.id()).without("format").with("media", "cdrom").print();
  }

  private static void log(@Nullable Task task, @Nullable String line) {
    if (task != null) {
      task.log(line);
    }
  }
}
