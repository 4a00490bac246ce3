package pivm.engine.execution;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/** Every call about guests, with Proxmox's own words. */
final class ToyGuestCalls extends ToyMaking {

  ToyGuestCalls(
      ToyCluster cluster,
      ApiCall call,
      String user,
      ToyFaults faults,
      String node,
      GuestType type) {
    super(cluster, call, user, faults, node, type);
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
            return "Configuration file 'nodes/" + node + "/" + guest.vmid + ".conf' does not exist";
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
