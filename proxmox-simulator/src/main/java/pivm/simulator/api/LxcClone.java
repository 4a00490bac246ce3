package pivm.simulator.api;

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
import pivm.simulator.state.Storages;
import pivm.simulator.state.Task;
import pivm.simulator.state.Volume;

/** Clones containers and turns them into templates. */
final class LxcClone {
  private static final Set<String> NOT_COPIED = Set.of("lock", "parent", "snaptime", "template");

  private LxcClone() {}

  static @Nullable Object template(Call call) {
    var guest = LxcApi.guest(call);
    guest.checkLock();
    if (!guest.config().snapshotNames().isEmpty()) {
      throw ApiError.die("unable to create template, because CT contains snapshots");
    }
    if (guest.isTemplate()) {
      throw ApiError.die("you can't convert a template to a template");
    }
    if (guest.isRunning()) {
      throw ApiError.die("you can't convert a CT to template if the CT is running");
    }
    call.task(
        "vztemplate",
        guest,
        task -> {
          Locks.hold(guest, task);
          task.after(Pace.LINK, t -> QemuTemplate.convert(call.cluster(), guest));
        });
    return null;
  }

  static String request(Call call) {
    var cluster = call.cluster();
    int newId = Integer.parseInt(call.need("newid"));
    String target = call.get("target", call.node());
    cluster.node(target);
    cluster.checkFree(newId, "");
    var pool = call.get("pool");
    if (pool != null && !cluster.pools().containsKey(pool)) {
      throw ApiError.denied("pool '" + pool + "' does not exist");
    }
    var source = LxcApi.guest(call);
    boolean full = call.has("full") ? call.flag("full") : !source.isTemplate();
    var name = call.get("snapname");
    source.checkLock();
    Map<String, String> values = source.config().values();
    if (name != null) {
      var snapshot = source.config().snapshot(name);
      if (snapshot == null) {
        throw ApiError.die("snapshot '" + name + "' does not exist");
      }
      values = snapshot;
    }
    if (full && source.isRunning() && name == null) {
      throw ApiError.die("Full clone of a running container is only possible from a snapshot");
    }
    cluster.checkQuorum();
    checkVolumes(call, source, values, target, full);
    var temporary = new GuestConfig(Kind.LXC);
    temporary.put("lock", "create");
    var guest = cluster.addGuest(newId, temporary, target);
    var copy = new TreeMap<>(values);
    return call.task("vzclone", source, task -> work(call, task, source, guest, copy, full, pool));
  }

  private static void checkVolumes(
      Call call, Guest source, Map<String, String> values, String target, boolean full) {
    var cluster = call.cluster();
    for (var entry : values.entrySet()) {
      var drive = Drive.parse(entry.getValue());
      if (!Keys.isDrive(Kind.LXC, entry.getKey()) || drive.storage() == null) {
        continue;
      }
      var volume = Volumes.need(cluster, source.node(), drive.volume());
      var storage = Volumes.storageOf(cluster, volume);
      if (!full && !storage.canLink(volume.format(), volume.isBase())) {
        throw ApiError.die("Linked clone feature for '" + volume.id() + "' is not available");
      }
      if (!target.equals(source.node()) && !storage.isShared()) {
        throw ApiError.die("can't clone CT to node '" + target + "' (CT uses local storage)");
      }
      String to = call.get("storage", storage.id());
      call.permissions().check("/storage/" + to, "Datastore.AllocateSpace");
      cluster.storages().enabled(to, target);
    }
  }

  private static void work(
      Call call,
      Task task,
      Guest source,
      Guest guest,
      Map<String, String> values,
      boolean full,
      @Nullable String pool) {
    var cluster = call.cluster();
    Locks.hold(guest, task);
    task.log("creating a clone of container " + source.vmid() + " with ID " + guest.vmid());
    var config = new GuestConfig(Kind.LXC);
    List<Volume> made = new ArrayList<>();
    boolean[] done = {false};
    task.onEnd(() -> {
      if (!done[0]) {
        made.forEach(v -> cluster.storages().free(Volumes.storageOf(cluster, v), guest.node(), v));
        cluster.removeGuest(guest);
      }
    });
    long bytes = 0;
    for (var entry : values.entrySet()) {
      String key = entry.getKey();
      if (NOT_COPIED.contains(key) || Keys.isUnused(key)) {
        continue;
      }
      if (Keys.isDrive(Kind.LXC, key) && Drive.parse(entry.getValue()).storage() != null) {
        var volume = volume(call, task, source, guest, key, entry.getValue(), full);
        made.add(volume);
        bytes += full ? volume.size() / 8 : 0;
        config.put(key, Drive.parse(entry.getValue()).on(volume.id()).print());
      } else {
        config.put(key, entry.getValue());
      }
    }
    renew(cluster, config);
    if (call.has("hostname")) {
      config.put("hostname", call.need("hostname"));
    }
    if (call.has("description")) {
      config.put("description", call.need("description"));
    }
    task.after(
        full ? Pace.copy(bytes, call.number("bwlimit", 0) * 1024) : Pace.LINK,
        t -> {
          done[0] = true;
          guest.config().replaceWith(config.values());
          var members = pool == null ? null : cluster.pools().get(pool);
          if (members != null) {
            members.guests().add(guest.vmid());
          }
          cluster.changed();
        });
  }

  private static Volume volume(
      Call call, Task task, Guest source, Guest guest, String key, String value, boolean full) {
    var cluster = call.cluster();
    var volume = Volumes.need(cluster, source.node(), Drive.parse(value).volume());
    var from = Volumes.storageOf(cluster, volume);
    if (!full) {
      task.log("create linked clone of mount point " + key + " (" + volume.id() + ")");
      return cluster.storages().link(from, guest.node(), volume, guest.vmid());
    }
    task.log("create full clone of mountpoint " + key + " (" + volume.id() + ")");
    var to = call.has("storage") ? cluster.storages().get(call.need("storage")) : from;
    var copy =
        cluster.storages().allocate(to, guest.node(), Kind.LXC, guest.vmid(), null, volume.size());
    task.log(Storages.creationLine(to, copy));
    LxcVolumes.fileSystem(cluster, task, volume.size());
    return copy;
  }

  private static void renew(Cluster cluster, GuestConfig config) {
    var format = Power.network(Kind.LXC);
    for (String key : List.copyOf(config.values().keySet())) {
      if (Keys.isNet(key)) {
        var net = new LinkedHashMap<>(format.parse(config.get(key, "")));
        net.put("hwaddr", cluster.random().mac(cluster.macPrefix()));
        config.put(key, format.print(net));
      }
    }
  }
}
