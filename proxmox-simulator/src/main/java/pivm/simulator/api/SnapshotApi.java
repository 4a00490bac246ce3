package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Drive;
import pivm.simulator.config.GuestConfig;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Task;

/** {@code …/snapshot}: snapshots of VMs and containers (pve-guest-common, AbstractConfig). */
final class SnapshotApi {
  private static final Set<String> NOT_COPIED =
      Set.of("lock", "description", "vmstate", "snaptime");

  private final Kind kind;
  private final String path;
  private final String prefix;

  SnapshotApi(Kind kind) {
    this.kind = kind;
    this.path = "/nodes/{node}/" + kind.word() + "/{vmid}/snapshot";
    this.prefix = kind == Kind.QEMU ? "qm" : "vz";
  }

  void register(Router router) {
    String one = path + "/{snapname}";
    router.get(path, this::list);
    router.post(path, this::create);
    router.delete(one, this::delete);
    router.get(one + "/config", this::config);
    router.put(one + "/config", this::update);
    router.post(one + "/rollback", this::rollback);
  }

  private Guest guest(Call call) {
    return call.cluster().guest(kind, call.node(), call.vmid());
  }

  private List<Doc> list(Call call) {
    var guest = guest(call);
    var config = guest.config();
    List<Doc> found = new ArrayList<>();
    for (String name : config.snapshotNames()) {
      var snapshot = config.snapshot(name);
      if (snapshot != null) {
        found.add(entry(name, snapshot));
      }
    }
    found.add(
        new Doc()
            .put("name", "current")
            .put("description", "You are here!")
            .put("digest", config.digest())
            .put("running", guest.isRunning() ? 1 : 0)
            .putIfPresent("parent", config.get("parent")));
    return found;
  }

  private Doc entry(String name, Map<String, String> snapshot) {
    var doc = new Doc().put("name", name);
    doc.put(
        "description", Values.shown(kind, "description", snapshot.getOrDefault("description", "")));
    if (kind == Kind.LXC && !snapshot.containsKey("description")) {
      doc.put("description", "");
    }
    doc.put("snaptime", Long.valueOf(snapshot.getOrDefault("snaptime", "0")));
    if (kind == Kind.QEMU) {
      doc.put("vmstate", snapshot.containsKey("vmstate") ? 1 : 0);
    }
    return doc.putIfPresent("parent", snapshot.get("parent"));
  }

  private Doc config(Call call) {
    return Values.section(kind, existing(guest(call), call.need("snapname")));
  }

  private static Map<String, String> existing(Guest guest, String name) {
    var snapshot = guest.config().snapshot(name);
    if (snapshot == null) {
      throw ApiError.die("snapshot '" + name + "' does not exist");
    }
    return snapshot;
  }

  private @Nullable Void update(Call call) {
    var guest = guest(call);
    guest.checkLock();
    String name = call.need("snapname");
    var snapshot = new TreeMap<>(existing(guest, name));
    if (call.has("description")) {
      snapshot.put("description", call.need("description"));
    }
    guest.config().putSnapshot(name, snapshot);
    call.cluster().changed();
    return null;
  }

  private interface Work {
    void run(Task task, Guest guest);
  }

  private String task(Call call, String action, Work work) {
    return call.task(
        call.node(),
        prefix + action,
        call.need("vmid"),
        task -> {
          var guest = call.cluster().guest(kind, call.node(), call.vmid());
          Locks.with(guest, task, t -> work.run(t, guest));
        });
  }

  private String create(Call call) {
    String name = call.need("snapname");
    if (name.equals("current") || (kind == Kind.LXC && name.equals("vzdump"))) {
      throw ApiError.die("unable to use snapshot name '" + name + "' (reserved name)");
    }
    var description = call.get("description");
    boolean withRam = call.flag("vmstate");
    return task(
        call,
        "snapshot",
        (task, guest) -> take(call.cluster(), task, guest, name, description, withRam));
  }

  private void take(
      Cluster cluster,
      Task task,
      Guest guest,
      String name,
      @Nullable String description,
      boolean withRam) {
    if (guest.isTemplate()) {
      throw ApiError.die("you can't take a snapshot if it's a template");
    }
    guest.checkLock();
    if (guest.config().snapshot(name) != null) {
      throw ApiError.die("snapshot name '" + name + "' already used");
    }
    if (!Features.has(cluster, guest, "snapshot", null)) {
      throw ApiError.die("snapshot feature is not available");
    }
    var snapshot = new TreeMap<String, String>();
    guest
        .config()
        .values()
        .forEach((key, value) -> {
          if (!NOT_COPIED.contains(key) && !Keys.isUnused(key)) {
            snapshot.put(key, value);
          }
        });
    snapshot.put("snaptime", Long.toString(cluster.time().seconds()));
    if (description != null) {
      snapshot.put("description", description);
    }
    guest.config().put("lock", "snapshot");
    task.onEnd(() -> guest.config().remove("lock"));
    if (withRam && kind == Kind.QEMU && guest.isRunning()) {
      saveRam(cluster, task, guest, name, snapshot);
    }
    log(cluster, task, guest, withRam);
    task.after(
        Pace.SNAPSHOT,
        t -> {
          guest.config().putSnapshot(name, snapshot);
          guest.config().put("parent", name);
          guest.system().save(name);
          cluster.changed();
        });
  }

  private static void saveRam(
      Cluster cluster, Task task, Guest guest, String name, Map<String, String> snapshot) {
    var volume = Hibernation.save(cluster, guest, name, task);
    snapshot.put("vmstate", volume.id());
    snapshot.putAll(Hibernation.describe(guest));
    task.log(
        "saving VM state and RAM using storage '"
            + volume.id().substring(0, volume.id().indexOf(':'))
            + "'");
    task.log("completed saving the VM state in 0s, saved 2.82 MiB");
  }

  private void log(Cluster cluster, Task task, Guest guest, boolean withRam) {
    if (kind == Kind.LXC) {
      return;
    }
    if (guest.isRunning() && !withRam && !guest.config().has("agent")) {
      task.log("skipping guest filesystem freeze - disabled in VM options");
    }
    for (var entry : guest.config().values().entrySet()) {
      var drive = Drive.parse(entry.getValue());
      if (Keys.isDrive(kind, entry.getKey()) && !drive.isCdrom()) {
        task.log("snapshotting 'drive-" + entry.getKey() + "' (" + drive.volume() + ")");
        var volume = cluster.storages().find(guest.node(), drive.volume());
        if (guest.isRunning() && volume != null && volume.format().equals("qcow2")) {
          task.log("internal qemu snapshot");
        }
      }
    }
  }

  private String delete(Call call) {
    String name = call.need("snapname");
    return task(
        call,
        "delsnapshot",
        (task, guest) -> {
          guest.checkLock();
          var snapshot = existing(guest, name);
          guest.config().put("lock", "snapshot-delete");
          task.onEnd(() -> guest.config().remove("lock"));
          task.after(Pace.SNAPSHOT, t -> drop(call.cluster(), guest, name, snapshot));
        });
  }

  private static void drop(
      Cluster cluster, Guest guest, String name, Map<String, String> snapshot) {
    var config = guest.config();
    var state = snapshot.get("vmstate");
    var parent = snapshot.get("parent");
    config.removeSnapshot(name);
    if (state != null) {
      Volumes.free(cluster, guest, state);
    }
    for (String other : List.copyOf(config.snapshotNames())) {
      var child = config.snapshot(other);
      if (child != null && name.equals(child.get("parent"))) {
        config.putSnapshot(other, reparented(child, parent));
      }
    }
    if (name.equals(config.get("parent"))) {
      if (parent == null) {
        config.remove("parent");
      } else {
        config.put("parent", parent);
      }
    }
    cluster.changed();
  }

  private static Map<String, String> reparented(
      Map<String, String> child, @Nullable String parent) {
    var changed = new TreeMap<>(child);
    if (parent == null) {
      changed.remove("parent");
    } else {
      changed.put("parent", parent);
    }
    return changed;
  }

  private String rollback(Call call) {
    String name = call.need("snapname");
    boolean start = call.flag("start");
    return task(
        call,
        "rollback",
        (task, guest) -> {
          guest.checkLock();
          var snapshot = existing(guest, name);
          checkMostRecent(call.cluster(), guest, name);
          boolean withRam = snapshot.containsKey("vmstate");
          guest.config().put("lock", "rollback");
          task.onEnd(() -> guest.config().remove("lock"));
          task.after(
              Pace.SNAPSHOT,
              t -> {
                guest.stopped();
                guest.system().restore(name);
                restore(call.cluster(), guest.config(), snapshot, name);
                if (withRam || start) {
                  call.cluster().startProcess(guest);
                }
                call.cluster().changed();
              });
        });
  }

  /** ZFS can only go back to the latest snapshot. */
  private void checkMostRecent(Cluster cluster, Guest guest, String name) {
    boolean latest = name.equals(guest.config().get("parent"));
    for (var entry : guest.config().values().entrySet()) {
      var drive = Drive.parse(entry.getValue());
      var id = drive.storage();
      if (Keys.isDrive(kind, entry.getKey())
          && id != null
          && !drive.isCdrom()
          && cluster.storages().get(id).type().equals("zfspool")
          && !latest) {
        throw ApiError.die(
            "can't rollback, '"
                + name
                + "' is not most recent snapshot on '"
                + drive.volume()
                + "'");
      }
    }
  }

  private static void restore(
      Cluster cluster, GuestConfig config, Map<String, String> snapshot, String name) {
    var values = new TreeMap<String, String>();
    config
        .values()
        .forEach((key, value) -> {
          if (Keys.isUnused(key) || key.equals("description") || key.equals("lock")) {
            values.put(key, value);
          }
        });
    snapshot.forEach((key, value) -> {
      if (!NOT_COPIED.contains(key) && !Hibernation.RUNNING.contains(key)) {
        values.put(key, value);
      }
    });
    values.computeIfPresent("vmgenid", (k, old) -> cluster.random().uuid());
    values.put("parent", name);
    List.copyOf(config.pending().keySet()).forEach(config::removePending);
    List.copyOf(config.pendingDelete().keySet()).forEach(config::keep);
    config.replaceWith(values);
  }
}
