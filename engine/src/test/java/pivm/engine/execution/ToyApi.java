package pivm.engine.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/** The calls of the toy cluster, with Proxmox's own words. */
final class ToyApi {
  private final ToyCluster cluster;

  ToyApi(ToyCluster cluster) {
    this.cluster = cluster;
  }

  Json handle(ApiCall call, String user, ToyFaults faults) {
    String[] path = call.path().substring(1).split("/", -1);
    if (path[0].equals("nodes") && cluster.offline.contains(path[1])) {
      throw cluster.unreachable(call);
    }
    if (call.path().equals("/cluster/resources")) {
      return resources();
    }
    if (call.path().startsWith("/cluster/ha/")) {
      return Json.array(List.of());
    }
    if (path[0].equals("nodes") && path[2].equals("tasks")) {
      return path.length == 3 ? taskList(call, path[1]) : taskDetail(call, path[3], path[4]);
    }
    if (path[0].equals("nodes") && path[2].equals("time")) {
      return Json.object().put("time", cluster.now().getEpochSecond()).build();
    }
    if (path[0].equals("nodes") && path[2].equals("storage")) {
      return volumes(call, path[4].equals("content") && path.length > 5 ? path[5] : null);
    }
    return new Doing(call, user, faults, path[1], type(path[2])).handle(path);
  }

  private static GuestType type(String word) {
    return word.equals("qemu") ? GuestType.QEMU : GuestType.LXC;
  }

  private Json resources() {
    List<Json> rows = new ArrayList<>();
    for (ToyGuest guest : cluster.guests.values()) {
      rows.add(
          Json.object()
              .put("vmid", guest.vmid)
              .put("type", guest.type.apiName())
              .put("node", guest.node)
              .put("name", guest.name())
              .put("status", guest.running ? "running" : "stopped")
              .put("template", guest.template())
              .build());
    }
    return Json.array(rows);
  }

  private Json taskList(ApiCall call, String node) {
    var parameters = call.parameters();
    long since = Long.parseLong(parameters.getOrDefault("since", "0"));
    String vmid = parameters.get("vmid");
    boolean onlyActive = "active".equals(parameters.get("source"));
    List<Json> rows = new ArrayList<>();
    for (ToyTask task : cluster.tasks) {
      if (task.node.equals(node)
          && task.startMillis / 1000 >= since
          && (vmid == null || vmid.equals(task.id))
          && (!onlyActive || !task.ended())) {
        Json.Builder row = Json.object().put("upid", task.upid).put("id", task.id);
        rows.add(task.ended() ? row.put("endtime", task.endMillis / 1000).build() : row.build());
      }
    }
    return Json.array(rows);
  }

  private Json taskDetail(ApiCall call, String upid, String what) {
    ToyTask task = cluster.find(upid);
    if (task == null) {
      throw new ProxmoxException.NotFound(call, "no such task");
    }
    if (what.equals("status")) {
      Json.Builder status = Json.object().put("status", task.ended() ? "stopped" : "running");
      return status.putIfPresent("exitstatus", task.exitStatus).build();
    }
    long start = Long.parseLong(call.parameters().getOrDefault("start", "0"));
    List<Json> lines = new ArrayList<>();
    for (int n = (int) start; n < task.log.size(); n++) {
      lines.add(Json.object().put("n", n + 1).put("t", task.log.get(n)).build());
    }
    return Json.array(lines);
  }

  private Json volumes(ApiCall call, @Nullable String volume) {
    if (call.method() == ApiCall.Method.DELETE) {
      cluster.volumes.remove(volume);
      return Json.Null.NULL;
    }
    int vmid = Integer.parseInt(call.parameters().getOrDefault("vmid", "0"));
    List<Json> rows = new ArrayList<>();
    cluster.volumes.forEach((id, owner) -> {
      if (owner == vmid) {
        rows.add(
            Json.object()
                .put("volid", id)
                .put("content", "images")
                .put("ctime", cluster.now().getEpochSecond())
                .build());
      }
    });
    return Json.array(rows);
  }

  /** One call about guests of a type on a node. */
  private final class Doing {
    private final ApiCall call;
    private final String user;
    private final ToyFaults faults;
    private final String node;
    private final GuestType type;

    Doing(ApiCall call, String user, ToyFaults faults, String node, GuestType type) {
      this.call = call;
      this.user = user;
      this.faults = faults;
      this.node = node;
      this.type = type;
    }

    Json handle(String[] path) {
      if (path.length == 3) {
        return create();
      }
      int vmid = Integer.parseInt(path[3]);
      String what = path.length == 4 ? "" : String.join("/", List.of(path).subList(4, path.length));
      ToyGuest guest = guest(vmid);
      return switch (call.method()) {
        case GET -> read(guest, what);
        case DELETE -> what.isEmpty() ? destroy(guest) : deleteSnapshot(guest, path[5]);
        case POST, PUT -> act(guest, what);
      };
    }

    private String prefix() {
      return type == GuestType.QEMU ? "qm" : "vz";
    }

    private ToyGuest guest(int vmid) {
      ToyGuest guest = cluster.guests.get(vmid);
      if (guest == null || !guest.node.equals(node) || guest.type != type) {
        String file = "nodes/" + node + "/" + type.apiName() + "/" + vmid + ".conf";
        throw new ProxmoxException.NotFound(
            call, "Configuration file '" + file + "' does not exist");
      }
      return guest;
    }

    private Json read(ToyGuest guest, String what) {
      return switch (what) {
        case "pending" -> pending(guest);
        case "status/current" -> status(guest);
        case "snapshot" -> snapshots(guest);
        default -> throw new ProxmoxException.Refused(call, 501, "not implemented: " + what);
      };
    }

    private Json pending(ToyGuest guest) {
      List<Json> entries = new ArrayList<>();
      guest.values.forEach((key, value) ->
          entries.add(
              Json.object()
                  .put("key", key)
                  .put("value", value)
                  .putIfPresent("pending", guest.pending.get(key))
                  .build()));
      if (guest.lock != null) {
        entries.add(Json.object().put("key", "lock").put("value", guest.lock).build());
      }
      entries.add(Json.object().put("key", "digest").put("value", guest.digest()).build());
      return Json.array(entries);
    }

    private Json status(ToyGuest guest) {
      Json.Builder status =
          Json.object()
              .put("status", guest.running ? "running" : "stopped")
              .put("name", guest.name())
              .put("ha", Json.object().put("managed", guest.ha ? 1 : 0).build());
      if (guest.running) {
        status.put("uptime", (cluster.now().toEpochMilli() - guest.startedAt) / 1000);
      }
      return status.putIfPresent("lock", guest.lock).build();
    }

    private Json snapshots(ToyGuest guest) {
      List<Json> entries = new ArrayList<>();
      guest.snapshots.forEach((name, description) ->
          entries.add(
              Json.object()
                  .put("name", name)
                  .put("description", description)
                  .putIfPresent("snapstate", guest.broken.contains(name) ? "prepare" : null)
                  .build()));
      entries.add(Json.object().put("name", "current").build());
      return Json.array(entries);
    }

    private void checkUnlocked(ToyGuest guest) {
      if (guest.lock != null) {
        String word = type == GuestType.QEMU ? "VM" : "CT";
        throw new ProxmoxException.Locked(call, word + " is locked (" + guest.lock + ")");
      }
    }

    private void checkDigest(ToyGuest guest) {
      String digest = call.parameters().get("digest");
      if (digest != null && !digest.equals(guest.digest())) {
        throw new ProxmoxException.DigestMismatch(
            call, "checksum mismatch (file change by other user?)");
      }
    }

    /** A task that holds a lock of the guest while it works. */
    private Json task(
        ToyGuest guest, String taskType, @Nullable String lock, Supplier<String> work) {
      ToyFaults.Fate fate = faults.fate(taskType, Integer.toString(guest.vmid));
      guest.lock = lock;
      return cluster.task(
          node,
          taskType,
          Integer.toString(guest.vmid),
          user,
          fate,
          List.of("working on " + guest.vmid),
          () -> {
            if (fate.cutOff() && lock != null) {
              return "unexpected status";
            }
            guest.lock = lock == null ? guest.lock : null;
            return fate.failure() != null ? fate.failure() : work.get();
          });
    }

    private String effect(String what, ToyGuest guest) {
      cluster.effects.add(what + " " + guest.vmid);
      return "OK";
    }

    private Json create() {
      int vmid = Integer.parseInt(call.parameters().getOrDefault("vmid", "0"));
      ToyGuest guest = begin(vmid, node, "create");
      ToyFaults.Fate fate = faults.fate(prefix() + "create", Integer.toString(vmid));
      cluster.allocate(guest);
      return cluster.task(
          node,
          prefix() + "create",
          Integer.toString(vmid),
          user,
          fate,
          List.of("making " + vmid),
          () -> made(guest, fate, "create"));
    }

    private ToyGuest begin(int vmid, String at, String lock) {
      ToyGuest there = cluster.guests.get(vmid);
      if (there != null) {
        String word = there.type == GuestType.QEMU ? "VM " : "CT ";
        throw new ProxmoxException.AlreadyExists(
            call, word + vmid + " already exists on node '" + there.node + "'");
      }
      var guest = new ToyGuest(type, vmid, at);
      guest.lock = lock;
      cluster.guests.put(vmid, guest);
      return guest;
    }

    private String made(ToyGuest guest, ToyFaults.Fate fate, String effect) {
      if (fate.cutOff()) {
        guest.halfMade = true;
        return "unexpected status";
      }
      if (fate.failure() != null) {
        cluster.guests.remove(guest.vmid);
        cluster.volumes.remove(guest.volume);
        return fate.failure();
      }
      call.parameters()
          .forEach((key, value) -> {
            if (!List.of("vmid", "newid", "full").contains(key)) {
              guest.values.put(key, stored(guest, value));
            }
          });
      guest.values.putIfAbsent("memory", "512");
      guest.lock = null;
      return effect(effect, guest);
    }

    private static String stored(ToyGuest guest, String value) {
      return value.matches("store:\\d+")
          ? guest.volume + ",size=" + value.substring(6) + "G"
          : value;
    }

    private Json copy(ToyGuest source) {
      int newid = Integer.parseInt(call.parameters().getOrDefault("newid", "0"));
      checkUnlocked(source);
      ToyGuest guest = begin(newid, node, type == GuestType.QEMU ? "clone" : "create");
      guest.values.putAll(source.values);
      guest.values.remove("template");
      ToyFaults.Fate fate = faults.fate(prefix() + "clone", Integer.toString(source.vmid));
      cluster.allocate(guest);
      guest.values.replaceAll((_, value) -> value.replace(source.volume, guest.volume));
      boolean locks = type == GuestType.LXC;
      source.lock = locks ? "disk" : source.lock;
      String rootDisk = guest.values.remove("rootfs");
      return cluster.task(
          node,
          prefix() + "clone",
          Integer.toString(source.vmid),
          user,
          fate,
          List.of("creating a clone of guest " + source.vmid + " with ID " + newid),
          () -> {
            if (locks && !fate.cutOff()) {
              source.lock = null;
            }
            if (rootDisk != null && !fate.cutOff()) {
              guest.values.put("rootfs", rootDisk);
            }
            return made(guest, fate, "clone");
          });
    }

    private Json act(ToyGuest guest, String what) {
      return switch (what) {
        case "clone" -> copy(guest);
        case "config" -> configure(guest);
        case "resize" -> resize(guest);
        case "snapshot" -> snapshot(guest);
        case "migrate" -> migrate(guest);
        case "template" -> template(guest);
        case "status/start" -> power(guest, true, "start");
        case "status/stop" -> power(guest, false, "stop");
        case "status/shutdown" -> power(guest, false, "shutdown");
        case "status/reboot" -> reboot(guest);
        default -> throw new ProxmoxException.Refused(call, 501, "not implemented: " + what);
      };
    }

    private Json configure(ToyGuest guest) {
      checkDigest(guest);
      checkUnlocked(guest);
      var set = new java.util.LinkedHashMap<>(call.parameters());
      set.remove("digest");
      String delete = set.remove("delete");
      Supplier<String> work =
          () -> {
            set.forEach((key, value) -> {
              boolean later = guest.running && key.equals("memory");
              guest.put(key, value, later);
            });
            if (delete != null) {
              List.of(delete.split(",", -1)).forEach(key -> guest.values.remove(key));
            }
            return effect("configure", guest);
          };
      if (type == GuestType.QEMU) {
        return task(guest, "qmconfig", null, work);
      }
      var _ = work.get();
      return Json.Null.NULL;
    }

    private Json resize(ToyGuest guest) {
      checkDigest(guest);
      checkUnlocked(guest);
      String disk = call.parameters().getOrDefault("disk", "");
      String size = call.parameters().getOrDefault("size", "");
      return task(
          guest,
          "resize",
          type == GuestType.LXC ? "disk" : null,
          () -> {
            String now = guest.values.getOrDefault(disk, "");
            guest.values.put(disk, now.replaceAll("size=[^,]*", "size=" + size));
            return effect("resize", guest);
          });
    }

    private Json snapshot(ToyGuest guest) {
      String name = call.parameters().getOrDefault("snapname", "");
      checkUnlocked(guest);
      if (guest.snapshots.containsKey(name)) {
        throw new ProxmoxException.AlreadyExists(call, "snapshot name '" + name + "' already used");
      }
      guest.snapshots.put(name, call.parameters().getOrDefault("description", ""));
      guest.broken.add(name);
      return task(
          guest,
          prefix() + "snapshot",
          "snapshot",
          () -> {
            guest.broken.remove(name);
            return effect("snapshot", guest);
          });
    }

    private Json deleteSnapshot(ToyGuest guest, String name) {
      checkUnlocked(guest);
      if (!guest.snapshots.containsKey(name)) {
        throw new ProxmoxException.NotFound(call, "snapshot '" + name + "' does not exist");
      }
      return task(
          guest,
          prefix() + "delsnapshot",
          "snapshot-delete",
          () -> {
            guest.snapshots.remove(name);
            guest.broken.remove(name);
            return effect("delete-snapshot", guest);
          });
    }

    private Json destroy(ToyGuest guest) {
      checkUnlocked(guest);
      if (guest.running) {
        throw new ProxmoxException.Refused(call, 500, "VM " + guest.vmid + " is running");
      }
      return task(
          guest,
          prefix() + "destroy",
          null,
          () -> {
            if (!cluster.guests.remove(guest.vmid, guest)) {
              return "Configuration file 'nodes/"
                  + node
                  + "/"
                  + guest.vmid
                  + ".conf' does not exist";
            }
            cluster.volumes.values().removeIf(owner -> owner == guest.vmid);
            return effect("destroy", guest);
          });
    }

    private Json migrate(ToyGuest guest) {
      checkUnlocked(guest);
      String target = call.parameters().getOrDefault("target", "");
      if (target.equals(node)) {
        throw new ProxmoxException.Refused(call, 400, "target is local node");
      }
      if (guest.ha) {
        haMigrates(guest, target);
        return cluster.task(
            node,
            "hamigrate",
            Integer.toString(guest.vmid),
            user,
            ToyFaults.Fate.GOOD,
            List.of("Requesting HA migration"),
            () -> "OK");
      }
      return task(guest, migration(), "migrate", () -> arrive(guest, target));
    }

    private String migration() {
      return type == GuestType.QEMU ? "qmigrate" : "vzmigrate";
    }

    private String arrive(ToyGuest guest, String target) {
      guest.node = target;
      return effect("migrate", guest);
    }

    /** HA begins later, as root, with a task of its own. */
    private void haMigrates(ToyGuest guest, String target) {
      cluster.task(
          node,
          "halrm",
          "",
          "root@pam",
          new ToyFaults.Fate(8, null, false),
          List.of(),
          () -> {
            ToyFaults.Fate fate = faults.fate(migration(), Integer.toString(guest.vmid));
            guest.lock = "migrate";
            cluster.task(
                node,
                migration(),
                Integer.toString(guest.vmid),
                "root@pam",
                fate,
                List.of("starting migration"),
                () -> {
                  guest.lock = null;
                  return fate.failure() != null ? fate.failure() : arrive(guest, target);
                });
            return "OK";
          });
    }

    private Json template(ToyGuest guest) {
      checkUnlocked(guest);
      Supplier<String> work =
          () -> {
            guest.values.put("template", "1");
            return effect("template", guest);
          };
      if (type == GuestType.QEMU) {
        return task(guest, "qmtemplate", null, work);
      }
      var _ = work.get();
      return Json.Null.NULL;
    }

    private Json power(ToyGuest guest, boolean on, String what) {
      checkUnlocked(guest);
      if (guest.running == on && type == GuestType.LXC) {
        throw new ProxmoxException.Refused(
            call, 500, "CT " + guest.vmid + (on ? " already running" : " not running"));
      }
      return task(
          guest,
          prefix() + what,
          null,
          () -> {
            if (guest.running == on) {
              return on ? "VM " + guest.vmid + " already running" : "OK";
            }
            guest.running = on;
            guest.startedAt = cluster.now().toEpochMilli();
            guest.applyPending();
            return effect(what.toLowerCase(Locale.ROOT), guest);
          });
    }

    private Json reboot(ToyGuest guest) {
      checkUnlocked(guest);
      return task(
          guest,
          prefix() + "reboot",
          null,
          () -> {
            guest.startedAt = cluster.now().toEpochMilli();
            guest.applyPending();
            return effect("reboot", guest);
          });
    }
  }
}
