package pivm.simulator.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Drive;
import pivm.simulator.config.GuestConfig;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Storage;
import pivm.simulator.state.Storages;
import pivm.simulator.state.Task;
import pivm.simulator.state.Volume;

/** Clones VMs, in full or linked to a template. */
final class QemuClone {
  private static final Set<String> NOT_COPIED =
      Set.of("lock", "parent", "snaptime", "vmstate", "template", "snapstate");

  private final Call call;
  private final Cluster cluster;
  private final Guest source;
  private final int newId;
  private final String target;
  private final boolean full;
  private final @Nullable String storage;
  private final @Nullable String format;
  private final @Nullable String pool;
  private final Map<String, String> values;

  private QemuClone(Call call, Guest source, Map<String, String> values) {
    this.call = call;
    this.cluster = call.cluster();
    this.source = source;
    this.values = values;
    this.newId = Integer.parseInt(call.need("newid"));
    this.target = call.get("target", source.node());
    this.full = call.has("full") ? call.flag("full") : !source.isTemplate();
    this.storage = call.get("storage");
    this.format = call.get("format");
    this.pool = call.get("pool");
  }

  static String request(Call call) {
    var cluster = call.cluster();
    if (call.has("target")) {
      cluster.node(call.need("target"));
    }
    var source = cluster.findGuest(call.vmid());
    if (source == null || source.kind() != Kind.QEMU || !source.node().equals(call.node())) {
      throw ApiError.die(
          "unable to find configuration file for VM "
              + call.vmid()
              + " on node '"
              + call.node()
              + "'");
    }
    source.checkLock();
    var snapshot = call.get("snapname");
    Map<String, String> values = source.config().values();
    if (snapshot != null) {
      var found = source.config().snapshot(snapshot);
      if (found == null) {
        throw ApiError.die("snapshot '" + snapshot + "' does not exist");
      }
      values = found;
    }
    return new QemuClone(call, source, new TreeMap<>(values)).start();
  }

  private String start() {
    checkTarget();
    if (pool != null && !cluster.pools().containsKey(pool)) {
      throw ApiError.denied("pool '" + pool + "' does not exist");
    }
    var other = cluster.findGuest(newId);
    if (other != null) {
      throw ApiError.die("unable to create VM " + newId + ": config file already exists");
    }
    cluster.checkQuorum();
    checkDrives();
    var config = new GuestConfig(Kind.QEMU);
    config.put("lock", "clone");
    config.put("description", " qmclone temporary file");
    var guest = cluster.addGuest(newId, config, target);
    long limit = call.number("bwlimit", 0) * 1024;
    return call.task("qmclone", source, task -> work(task, guest, limit));
  }

  private void checkTarget() {
    if (target.equals(source.node())) {
      return;
    }
    for (var entry : drives().entrySet()) {
      var id = Drive.parse(entry.getValue()).storage();
      boolean shared = id == null || cluster.storages().get(id).isShared();
      if (!shared && !Drive.parse(entry.getValue()).isCdrom()) {
        throw ApiError.die("can't clone VM to node '" + target + "' (VM uses local storage)");
      }
    }
  }

  private Map<String, String> drives() {
    Map<String, String> drives = new TreeMap<>();
    values.forEach((key, value) -> {
      if (Keys.isDrive(Kind.QEMU, key)) {
        drives.put(key, value);
      }
    });
    return drives;
  }

  private void checkDrives() {
    for (var entry : drives().entrySet()) {
      var drive = Drive.parse(entry.getValue());
      if (drive.isCdrom() || drive.storage() == null) {
        continue;
      }
      var volume = Volumes.need(cluster, source.node(), drive.volume());
      String to = storage == null ? drive.storage() : storage;
      call.permissions().check("/storage/" + to, "Datastore.AllocateSpace");
      cluster.storages().enabled(to, target);
      if (!full && !Volumes.storageOf(cluster, volume).canLink(volume.format(), volume.isBase())) {
        throw ApiError.die(
            "Linked clone feature is not supported for '"
                + volume.id()
                + "' ("
                + entry.getKey()
                + ")");
      }
      if (!full && storage != null) {
        throw ApiError.parameter("storage", "parameter 'storage' not allowed for linked clones");
      }
    }
  }

  private void work(Task task, Guest guest, long limit) {
    Locks.hold(guest, task);
    task.log("creating a clone of VM " + source.vmid() + " with ID " + newId);
    var config = new GuestConfig(Kind.QEMU);
    values.forEach((key, value) -> {
      if (!NOT_COPIED.contains(key) && !Keys.isUnused(key) && !Hibernation.RUNNING.contains(key)) {
        config.put(key, value);
      }
    });
    renew(cluster, config);
    config.put("name", call.get("name", "Copy-of-VM-" + source.name().replace(' ', '-')));
    if (call.has("description")) {
      config.put("description", call.need("description"));
    }
    List<Volume> made = new ArrayList<>();
    boolean[] done = {false};
    task.onEnd(() -> {
      if (!done[0]) {
        made.forEach(v -> cluster.storages().free(Volumes.storageOf(cluster, v), target, v));
        cluster.removeGuest(guest);
      }
    });
    List<Map.Entry<String, String>> todo = new ArrayList<>(drives().entrySet());
    next(task, todo, config, made, limit, t -> finish(t, guest, config, done));
  }

  /** New MAC addresses and identifiers. */
  static void renew(Cluster cluster, GuestConfig config) {
    var format = Power.network(Kind.QEMU);
    for (String key : List.copyOf(config.values().keySet())) {
      if (Keys.isNet(key)) {
        var device = new LinkedHashMap<>(format.parse(config.get(key, "")));
        device.put("macaddr", cluster.random().mac(cluster.macPrefix()));
        config.put(key, format.print(device));
      }
    }
    if (config.has("smbios1")) {
      config.put(
          "smbios1",
          config
              .get("smbios1", "")
              .replaceFirst("uuid=[0-9a-fA-F-]+", "uuid=" + cluster.random().uuid()));
    }
    if (config.has("vmgenid")) {
      config.put("vmgenid", cluster.random().uuid());
    }
  }

  private void next(
      Task task,
      List<Map.Entry<String, String>> todo,
      GuestConfig config,
      List<Volume> made,
      long limit,
      Task.Work last) {
    if (todo.isEmpty()) {
      last.run(task);
      return;
    }
    var entry = todo.removeFirst();
    var drive = Drive.parse(entry.getValue());
    Task.Work rest = t -> next(t, todo, config, made, limit, last);
    if (drive.storage() == null || (drive.isCdrom() && !drive.isCloudInit())) {
      rest.run(task);
      return;
    }
    var volume = Volumes.need(cluster, source.node(), drive.volume());
    Storage from = Volumes.storageOf(cluster, volume);
    if (drive.isCloudInit()) {
      var to = storage == null ? from : cluster.storages().get(storage);
      String value =
          QemuDrives.create(
              cluster,
              target,
              newId,
              entry.getKey(),
              drive.on(to.id() + ":cloudinit").print(),
              task);
      config.put(entry.getKey(), value);
      rest.run(task);
    } else if (full) {
      copy(task, entry.getKey(), drive, volume, config, made, limit, rest);
    } else {
      task.log("create linked clone of drive " + entry.getKey() + " (" + volume.id() + ")");
      var linked = cluster.storages().link(from, target, volume, newId);
      made.add(linked);
      task.log(linkLine(from, volume, linked));
      config.put(entry.getKey(), drive.on(linked.id()).print());
      task.after(Pace.LINK, rest);
    }
  }

  private static @Nullable String linkLine(Storage storage, Volume base, Volume linked) {
    if (!storage.hasFiles() || storage.type().equals("btrfs")) {
      return null;
    }
    String file = linked.name().substring(linked.name().lastIndexOf('/') + 1);
    String parent = "../" + base.name();
    return "clone "
        + base.name()
        + ": images, "
        + file
        + ", "
        + linked.owner()
        + " to "
        + file
        + " (base="
        + parent
        + ")\nFormatting '"
        + storage.pathOf(linked.name())
        + "', fmt=qcow2 cluster_size=131072 extended_l2=on preallocation=metadata"
        + " compression_type=zlib size="
        + linked.size()
        + " backing_file="
        + parent
        + " backing_fmt="
        + base.format()
        + " lazy_refcounts=off refcount_bits=16";
  }

  private void copy(
      Task task,
      String key,
      Drive drive,
      Volume volume,
      GuestConfig config,
      List<Volume> made,
      long limit,
      Task.Work rest) {
    var from = Volumes.storageOf(cluster, volume);
    var to = storage == null ? from : cluster.storages().enabled(storage, target);
    String form =
        format != null ? format : to.hasFiles() && from.hasFiles() ? volume.format() : null;
    task.log("create full clone of drive " + key + " (" + volume.id() + ")");
    var copy = cluster.storages().allocate(to, target, Kind.QEMU, newId, form, volume.size());
    made.add(copy);
    task.log(Storages.creationLine(to, copy));
    task.log("allocated target volume '" + copy.id() + "'");
    config.put(key, drive.on(copy.id()).print());
    task.whenAborted(
        "clone failed: copy failed: command '/usr/bin/qemu-img convert -p -n "
            + (limit == 0 ? "" : "-r " + limit / 1024 + "K ")
            + "-f "
            + volume.format()
            + " -O "
            + copy.format()
            + " "
            + from.pathOf(volume.name())
            + " zeroinit:"
            + to.pathOf(copy.name())
            + "' failed: interrupted by signal");
    QemuDiskApi.copy(task, volume.size(), limit, rest);
  }

  private void finish(Task task, Guest guest, GuestConfig config, boolean[] done) {
    task.after(
        Duration.ofMillis(200),
        t -> {
          done[0] = true;
          guest.config().replaceWith(config.values());
          var members = pool == null ? null : cluster.pools().get(pool);
          if (members != null) {
            members.guests().add(newId);
          }
          cluster.changed();
        });
  }
}
