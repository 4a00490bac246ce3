package pivm.engine.observation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Snapshot;
import pivm.engine.inventory.Storage;
import pivm.engine.inventory.Unknown;
import pivm.engine.plan.Needs;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/** Adds details to an inventory. What can't be read is noted as unknown and left as it was. */
final class Details {

  /** A node's list of one type takes about as long as so many guests' own status. */
  private static final int WORTH_A_LIST = 4;

  private final Proxmox proxmox;
  private final Inventory inventory;
  private final SortedMap<String, Node> nodes;
  private final SortedMap<Integer, ObservedGuest> guests;
  private final SortedMap<String, Storage> storages;
  private final List<Unknown> unknown;

  Details(Proxmox proxmox, Inventory inventory) {
    this.proxmox = proxmox;
    this.inventory = inventory;
    this.nodes = new TreeMap<>(inventory.nodes());
    this.guests = new TreeMap<>(inventory.guests());
    this.storages = new TreeMap<>(inventory.storages());
    this.unknown = Collections.synchronizedList(new ArrayList<>(inventory.unknown()));
  }

  Inventory with(Needs needs) {
    List<Runnable> reads = new ArrayList<>();
    needs.snapshots().forEach(vmid -> guest(vmid, this::snapshots, reads));
    powers(needs.fresh(), reads);
    needs.volumes().forEach((node, ids) -> storages(node, ids, reads));
    needs.nodes().forEach(node -> node(node, reads));
    Parallel.mapSlow(
        reads,
        read -> {
          read.run();
          return true;
        });
    return new Inventory(
        inventory.cluster(),
        nodes,
        guests,
        storages,
        inventory.rights(),
        unknown.stream().distinct().toList());
  }

  private interface GuestRead {
    void of(ObservedGuest guest, String path);
  }

  private void guest(int vmid, GuestRead read, List<Runnable> reads) {
    ObservedGuest guest = inventory.guest(vmid);
    if (guest != null && inventory.online(guest.node())) {
      String path = new Location(guest.type(), vmid, guest.node()).path();
      reads.add(() -> read.of(guest, path));
    }
  }

  private void snapshots(ObservedGuest guest, String path) {
    List<Snapshot> read =
        ask(ApiCall.get(path + "/snapshot"), "snapshots of " + guest.subject(), Details::snapshots);
    if (read != null) {
      replace(guest.vmid(), now -> now.withSnapshots(read));
    }
  }

  private static List<Snapshot> snapshots(Json data) {
    return data.objects().stream()
        .filter(row -> !row.text("name", "").equals("current"))
        .map(row -> {
          Long taken = row.integer("snaptime");
          return new Snapshot(
              row.text("name", ""),
              taken == null ? null : Instant.ofEpochSecond(taken),
              row.text("description", ""),
              row.text("parent"),
              row.flag("vmstate"),
              row.text("snapstate"));
        })
        .toList();
  }

  /** A guest's own status for a few; where it is many of a node, the node's list of them all. */
  private void powers(SortedSet<Integer> vmids, List<Runnable> reads) {
    Map<String, List<ObservedGuest>> byList = new TreeMap<>();
    for (int vmid : vmids) {
      ObservedGuest guest = inventory.guest(vmid);
      if (guest != null && inventory.online(guest.node())) {
        String list = "/nodes/" + guest.node() + "/" + guest.type().apiName();
        byList.computeIfAbsent(list, _ -> new ArrayList<>()).add(guest);
      }
    }
    byList.forEach((list, guests) -> {
      if (guests.size() >= WORTH_A_LIST) {
        reads.add(() -> powers(list, guests));
      } else {
        guests.forEach(guest -> guest(guest.vmid(), this::power, reads));
      }
    });
  }

  /** The node makes its list at the moment of asking; only cluster-wide lists are old. */
  private void powers(String list, List<ObservedGuest> guests) {
    List<Json.Obj> rows = ask(ApiCall.get(list), "power of guests in " + list, Json::objects);
    Map<Long, Json.Obj> byId = new HashMap<>();
    if (rows != null) {
      rows.forEach(row -> byId.put(row.integer("vmid", 0), row));
    }
    for (ObservedGuest guest : guests) {
      Json.Obj row = byId.get((long) guest.vmid());
      if (row == null) {
        power(guest, new Location(guest.type(), guest.vmid(), guest.node()).path());
      } else {
        replace(guest.vmid(), now -> GuestFacts.withStatus(now, row));
      }
    }
  }

  private void power(ObservedGuest guest, String path) {
    Answers.tolerate(
        "power of " + guest.subject(),
        unknown,
        () -> {
          try {
            Json.Obj status = proxmox.call(ApiCall.get(path + "/status/current")).asObject();
            replace(guest.vmid(), now -> GuestFacts.withStatus(now, status));
          } catch (ProxmoxException.NotFound elsewhere) {
            lookAgain(guest.vmid());
          }
          return true;
        });
  }

  /** It was destroyed or has moved since the inventory was made. */
  private void lookAgain(int vmid) {
    ObservedGuest found = new Guests(proxmox).guest(vmid);
    synchronized (guests) {
      if (found == null) {
        guests.remove(vmid);
      } else {
        guests.put(vmid, found);
      }
    }
  }

  private interface Replacement {
    ObservedGuest of(ObservedGuest now);
  }

  private void replace(int vmid, Replacement replacement) {
    synchronized (guests) {
      guests.computeIfPresent(vmid, (_, now) -> replacement.of(now));
    }
  }

  private void storages(String node, SortedSet<String> ids, List<Runnable> reads) {
    if (!inventory.online(node) || ids.isEmpty()) {
      return;
    }
    reads.add(() -> use(node, ids));
    for (String id : ids) {
      reads.add(() -> volumes(node, id));
    }
  }

  /** The list of resources only knows used and total; what is really available can be less. */
  private void use(String node, SortedSet<String> ids) {
    List<Json.Obj> rows =
        ask(ApiCall.get("/nodes/" + node + "/storage"), "free space on " + node, Json::objects);
    if (rows == null) {
      return;
    }
    for (Json.Obj row : rows) {
      String id = row.text("storage", "");
      if (ids.contains(id)) {
        var seen = new Storage.Use(row.flag("active"), row.integer("total"), row.integer("avail"));
        synchronized (storages) {
          storages.computeIfPresent(
              id,
              (_, storage) -> {
                var use = new TreeMap<>(storage.use());
                use.put(node, seen);
                return storage.withUse(use);
              });
        }
      }
    }
  }

  private void volumes(String node, String id) {
    SortedMap<String, Storage.Volume> read =
        ask(
            ApiCall.get("/nodes/" + node + "/storage/" + id + "/content"),
            "storage " + id + " on " + node,
            Details::volumes);
    if (read == null) {
      return;
    }
    synchronized (storages) {
      storages.computeIfPresent(
          id,
          (_, storage) -> {
            var volumes = new TreeMap<>(storage.volumes());
            volumes.put(node, read);
            return storage.withVolumes(volumes);
          });
    }
  }

  private static SortedMap<String, Storage.Volume> volumes(Json data) {
    var volumes = new TreeMap<String, Storage.Volume>();
    for (Json.Obj row : data.objects()) {
      String id = row.text("volid", "");
      volumes.put(
          id,
          new Storage.Volume(
              id,
              row.text("content", ""),
              Words.vmid(row.text("vmid")),
              row.integer("size", row.integer("approximate-size", 0)),
              row.text("format", ""),
              row.integer("ctime", 0),
              row.text("parent"),
              row.text("notes")));
    }
    return volumes;
  }

  private void node(String name, List<Runnable> reads) {
    if (inventory.online(name)) {
      String path = "/nodes/" + name;
      reads.add(() -> bridges(name, path));
      reads.add(() -> memory(name, path));
      reads.add(() -> arc(name, path));
    }
  }

  /** {@code any_bridge} lists Linux and Open vSwitch bridges and the virtual networks of SDN. */
  private void bridges(String name, String path) {
    SortedSet<String> read =
        ask(
            ApiCall.get(path + "/network").with("type", "any_bridge"),
            "bridges of " + name,
            data -> {
              var names = new TreeSet<String>();
              data.objects().forEach(row -> names.add(row.text("iface", "")));
              return names;
            });
    if (read != null) {
      replaceNode(name, now -> now.withBridges(read));
    }
  }

  private void memory(String name, String path) {
    Json.Obj memory =
        ask(
            ApiCall.get(path + "/status"),
            "memory of " + name,
            data -> data.asObject().get("memory").asObject());
    if (memory != null) {
      Long total = memory.integer("total");
      Long available = memory.integer("available");
      Long used =
          total != null && available != null
              ? Long.valueOf(total - available)
              : memory.integer("used");
      replaceNode(name, now -> now.withMemory(total, used));
    }
  }

  private void arc(String name, String path) {
    List<Json.Obj> rows =
        ask(
            ApiCall.get(path + "/rrddata").with("timeframe", "hour"),
            "ZFS ARC of " + name,
            Json::objects);
    Long size = rows == null ? null : newest(rows, "arcsize");
    if (size != null) {
      replaceNode(name, now -> now.withArc(size, now.arcMinimum()));
    }
  }

  /** The rows of the last minutes are often empty still. */
  private static @Nullable Long newest(List<Json.Obj> rows, String name) {
    return rows.reversed().stream()
        .filter(row -> row.integer(name) != null)
        .findFirst()
        .map(row -> row.integer(name))
        .orElse(null);
  }

  private interface NodeReplacement {
    Node of(Node now);
  }

  private void replaceNode(String name, NodeReplacement replacement) {
    synchronized (nodes) {
      nodes.computeIfPresent(name, (_, now) -> replacement.of(now));
    }
  }

  private <T> @Nullable T ask(ApiCall call, String subject, Function<Json, T> read) {
    return Answers.tolerate(proxmox, call, subject, unknown, read);
  }
}
