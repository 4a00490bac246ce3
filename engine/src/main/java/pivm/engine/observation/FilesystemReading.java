package pivm.engine.observation;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Cluster;
import pivm.engine.inventory.HaResource;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.Storage;
import pivm.proxmox.config.Flags;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/** Makes everything but the guests out of the files of the cluster file system. */
final class FilesystemReading {

  /** Kinds that are on every node the same (pve-storage, src/PVE/Storage/Plugin.pm). */
  private static final Set<String> SHARED =
      Set.of("iscsi", "nfs", "cifs", "rbd", "cephfs", "iscsidirect", "zfs", "drbd", "pbs");

  /** What a storage may hold where its definition does not say. */
  private static final Map<String, String> DEFAULT_CONTENT =
      Map.of(
          "lvmthin",
          "images,rootdir",
          "zfspool",
          "images,rootdir",
          "pbs",
          "backup",
          "esxi",
          "import");

  private final ClusterFiles files;
  private final StatusFile status;
  private final Json.Obj members;

  FilesystemReading(ClusterFiles files) {
    this.files = files;
    this.status = new StatusFile(files.text(".rrd"));
    String text = files.text(".members");
    this.members = text == null ? Json.object().build() : JsonText.read(text).asObject();
  }

  StatusFile status() {
    return status;
  }

  /** Folders of nodes that are members no more can hold guests still; such a node is offline. */
  SortedMap<String, Node> nodes() {
    Json.Obj list = members.get("nodelist").asObject();
    var nodes = new TreeMap<String, Node>();
    var names = files.nodes();
    names.addAll(list.members().keySet());
    for (String name : names) {
      boolean online = list.members().isEmpty() || list.get(name).asObject().flag("online");
      nodes.put(name, node(name, online));
    }
    return nodes;
  }

  private Node node(String name, boolean online) {
    Long cores = StatusFile.number(status.node(name, 4));
    Long uptime = StatusFile.number(status.node(name, 0));
    return new Node(
        name,
        online,
        StatusFile.number(status.node(name, 7)),
        online ? StatusFile.number(status.node(name, 8)) : null,
        online ? StatusFile.number(status.node(name, 16)) : null,
        online ? StatusFile.decimal(status.node(name, 5)) : null,
        cores == null ? null : (Integer) cores.intValue(),
        uptime == null ? 0 : uptime,
        null);
  }

  Cluster cluster(SortedSet<Integer> existing) {
    Json.Obj cluster = members.get("cluster").asObject();
    boolean alone = members.has("nodename") && !members.has("cluster");
    return new Cluster(
        cluster.text("name"),
        "",
        alone ? Boolean.TRUE : cluster.has("quorate") ? (Boolean) cluster.flag("quorate") : null,
        claims(existing),
        rules(),
        ruleTypes(),
        pools(),
        false);
  }

  private SortedMap<Integer, String> claims(SortedSet<Integer> existing) {
    var claims = new Claims(existing);
    for (SectionFile job : SectionFile.read(files.text("replication.cfg"))) {
      claims.add(job.id().split("-", 2)[0], "replication job " + job.id());
    }
    for (String service : ha().keySet()) {
      claims.add(service.substring(service.indexOf(':') + 1), "HA resource " + service);
    }
    for (SectionFile job : SectionFile.read(files.text("jobs.cfg"))) {
      for (String vmid : Words.of(job.value("vmid"))) {
        claims.add(vmid, "backup job " + job.id());
      }
    }
    return claims.found();
  }

  /** By service id. */
  SortedMap<String, HaResource> ha() {
    var services = new TreeMap<String, HaResource>();
    for (SectionFile section : SectionFile.read(files.text("ha/resources.cfg"))) {
      String state = section.value("state");
      String failback = section.value("failback");
      services.put(
          section.type() + ":" + section.id(),
          new HaResource(
              state == null ? "started" : state,
              failback == null ? null : (Boolean) Flags.isOn(failback),
              Words.vmid(section.value("max_restart")),
              Words.vmid(section.value("max_relocate"))));
    }
    return services;
  }

  private SortedMap<String, SortedSet<String>> rules() {
    var rules = new TreeMap<String, SortedSet<String>>();
    for (SectionFile rule : SectionFile.read(files.text("ha/rules.cfg"))) {
      for (String service : Words.of(rule.value("resources"))) {
        rules.computeIfAbsent(service, _ -> new TreeSet<>()).add(rule.id());
      }
    }
    return rules;
  }

  private SortedMap<String, String> ruleTypes() {
    var types = new TreeMap<String, String>();
    for (SectionFile rule : SectionFile.read(files.text("ha/rules.cfg"))) {
      types.put(rule.id(), rule.type());
    }
    return types;
  }

  private SortedSet<String> pools() {
    var pools = new TreeSet<String>();
    poolLines().forEach(line -> pools.add(line.get(1)));
    return pools;
  }

  /** The pool of each guest that is in one. */
  SortedMap<Integer, String> poolOfGuests() {
    var pools = new TreeMap<Integer, String>();
    for (List<String> line : poolLines()) {
      for (String vmid : Words.of(line.size() > 3 ? line.get(3) : null)) {
        Integer id = Words.vmid(vmid);
        if (id != null) {
          pools.put(id, line.get(1));
        }
      }
    }
    return pools;
  }

  /** Lines {@code pool:NAME:COMMENT:VMIDS:STORAGES:} (pve-access-control, AccessControl.pm). */
  private List<List<String>> poolLines() {
    String users = files.text("user.cfg");
    return users == null
        ? List.of()
        : users
            .lines()
            .map(line -> List.of(line.strip().split(":", -1)))
            .filter(line -> line.getFirst().equals("pool") && line.size() > 1)
            .toList();
  }

  SortedMap<String, Storage> storages(SortedMap<String, Node> nodes) {
    var storages = new TreeMap<String, Storage>();
    for (SectionFile section : SectionFile.read(files.text("storage.cfg"))) {
      storages.put(section.id(), storage(section, nodes));
    }
    // Proxmox has it even where its file does not name it.
    storages.computeIfAbsent(
        "local",
        id ->
            storage(
                new SectionFile(
                    "dir", id, Map.of("content", "backup,images,iso,rootdir,snippets,vztmpl")),
                nodes));
    return storages;
  }

  private Storage storage(SectionFile section, SortedMap<String, Node> nodes) {
    String content = section.value("content");
    SortedSet<String> limited = Words.of(section.value("nodes"));
    return new Storage(
        section.id(),
        section.type(),
        Words.of(
            content == null ? DEFAULT_CONTENT.getOrDefault(section.type(), "images") : content),
        section.flag("shared") || SHARED.contains(section.type()),
        !section.flag("disable"),
        limited,
        use(section.id(), limited, nodes),
        new TreeMap<>());
  }

  private SortedMap<String, Storage.Use> use(
      String id, SortedSet<String> limited, SortedMap<String, Node> nodes) {
    var use = new TreeMap<String, Storage.Use>();
    for (Node node : nodes.values()) {
      Long total = positive(StatusFile.number(status.storage(node.name(), id, 1)));
      Long used = StatusFile.number(status.storage(node.name(), id, 2));
      if (total != null && (limited.isEmpty() || limited.contains(node.name()))) {
        Long available = used == null ? null : (Long) Math.max(0, total - used);
        use.put(node.name(), new Storage.Use(node.online(), total, available));
      }
    }
    return use;
  }

  private static @Nullable Long positive(@Nullable Long value) {
    return value == null || value <= 0 ? null : value;
  }
}
