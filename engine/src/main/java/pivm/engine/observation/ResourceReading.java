package pivm.engine.observation;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.HaResource;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Storage;
import pivm.proxmox.GuestType;
import pivm.proxmox.json.Json;

/** Makes nodes, guests and storages out of the rows of {@code /cluster/resources}. */
final class ResourceReading {
  private final List<Json.Obj> rows;

  ResourceReading(List<Json.Obj> rows) {
    this.rows = rows;
  }

  /**
   * @param members whether each node is online, where the cluster's status could be read
   */
  SortedMap<String, Node> nodes(SortedMap<String, Boolean> members) {
    var nodes = new TreeMap<String, Node>();
    for (Json.Obj row : rows) {
      if (row.text("type", "").equals("node")) {
        Node node = node(row, members);
        nodes.put(node.name(), node);
      }
    }
    return nodes;
  }

  private static Node node(Json.Obj row, SortedMap<String, Boolean> members) {
    String name = row.text("node", "");
    boolean online = members.getOrDefault(name, row.text("status", "").equals("online"));
    Long cores = row.integer("maxcpu");
    return new Node(
        name,
        online,
        positive(row.integer("maxmem")),
        online ? positive(row.integer("mem")) : null,
        null,
        online ? row.decimal("cpu") : null,
        cores == null || cores == 0 ? null : cores.intValue(),
        row.integer("uptime", 0),
        null);
  }

  private static @Nullable Long positive(@Nullable Long value) {
    return value == null || value <= 0 ? null : value;
  }

  SortedMap<Integer, ObservedGuest> guests(
      SortedMap<String, Node> nodes, SortedMap<String, HaResource> ha) {
    var guests = new TreeMap<Integer, ObservedGuest>();
    for (Json.Obj row : rows) {
      ObservedGuest guest = guest(row, nodes, ha);
      if (guest != null) {
        guests.put(guest.vmid(), guest);
      }
    }
    return guests;
  }

  /** A guest as its row shows it; null when the row is no guest. */
  static @Nullable ObservedGuest guest(
      Json.Obj row, SortedMap<String, Node> nodes, SortedMap<String, HaResource> ha) {
    GuestType type = type(row);
    Integer vmid = Words.vmid(row.text("vmid"));
    if (type == null || vmid == null) {
      return null;
    }
    String at = row.text("node", "");
    Node node = nodes.get(at);
    boolean visible = node == null || node.online();
    return new ObservedGuest(
        type,
        vmid,
        row.text("name", ""),
        at,
        visible ? power(row.text("status", ""), row.text("lock")) : PowerState.UNKNOWN,
        row.flag("template"),
        row.text("lock"),
        row.integer("maxmem", 0),
        visible ? row.integer("mem", 0) : 0,
        visible ? row.integer("uptime", 0) : 0,
        row.text("pool"),
        Words.of(row.text("tags")),
        ha.get((type == GuestType.QEMU ? "vm:" : "ct:") + vmid),
        null,
        null);
  }

  static @Nullable GuestType type(Json.Obj row) {
    return switch (row.text("type", "")) {
      case "qemu" -> GuestType.QEMU;
      case "lxc" -> GuestType.LXC;
      default -> null;
    };
  }

  /**
   * Proxmox reports what QEMU says of a VM that has a process ({@code paused}, {@code prelaunch}):
   * all of that holds memory, so it runs.
   */
  static PowerState power(String status, @Nullable String lock) {
    return switch (status) {
      case "stopped" -> "suspended".equals(lock) ? PowerState.SUSPENDED : PowerState.STOPPED;
      case "unknown", "" -> PowerState.UNKNOWN;
      default -> PowerState.RUNNING;
    };
  }

  /**
   * @param definitions the rows of {@code /storage}; what they lack is filled from the resources
   */
  SortedMap<String, Storage> storages(List<Json.Obj> definitions, SortedMap<String, Node> nodes) {
    var storages = new TreeMap<String, Storage>();
    for (Json.Obj definition : definitions) {
      storages.put(
          definition.text("storage", ""), storage(definition, definition.text("type", "")));
    }
    for (Json.Obj row : rows) {
      if (row.text("type", "").equals("storage")) {
        String id = row.text("storage", "");
        Storage known = storages.get(id);
        storages.put(
            id, seen(known == null ? storage(row, row.text("plugintype", "")) : known, row, nodes));
      }
    }
    return storages;
  }

  private static Storage storage(Json.Obj row, String type) {
    return new Storage(
        row.text("storage", ""),
        type,
        Words.of(row.text("content")),
        row.flag("shared"),
        !row.flag("disable"),
        Words.of(row.text("nodes")),
        new TreeMap<>(),
        new TreeMap<>());
  }

  /** Adds what one node says of a storage; that node's row also knows defaults of the plugin. */
  private static Storage seen(Storage storage, Json.Obj row, SortedMap<String, Node> nodes) {
    String at = row.text("node", "");
    Node node = nodes.get(at);
    boolean online = node == null || node.online();
    Long total = positive(row.integer("maxdisk"));
    var use = new TreeMap<>(storage.use());
    use.put(
        at,
        new Storage.Use(
            online && row.text("status", "").equals("available"),
            total,
            total == null ? null : Math.max(0, total - row.integer("disk", 0))));
    return new Storage(
        storage.id(),
        storage.type(),
        row.has("content") ? Words.of(row.text("content")) : storage.content(),
        storage.shared() || row.flag("shared"),
        storage.enabled(),
        storage.nodes(),
        use,
        storage.volumes());
  }
}
