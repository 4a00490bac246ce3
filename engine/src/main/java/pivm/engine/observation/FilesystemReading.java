package pivm.engine.observation;

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
import pivm.proxmox.files.ClusterFilesystem;
import pivm.proxmox.files.SectionFile;
import pivm.proxmox.files.StatusFile;
import pivm.proxmox.json.Json;

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

  private final ClusterFilesystem files;
  private final StatusFile status;
  private final Json.Obj members;

  FilesystemReading(ClusterFilesystem files) {
    this.files = files;
    this.status = files.status();
    this.members = files.members();
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
    StatusFile.NodeStatus told = status.node(name);
    if (told == null) {
      return new Node(name, online, null, null, null, null, null, 0, null);
    }
    Long cores = told.cores();
    Long uptime = told.uptime();
    return new Node(
        name,
        online,
        told.memoryTotal(),
        online ? told.memoryUsed() : null,
        online ? told.arc() : null,
        online ? told.cpu() : null,
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
    for (SectionFile job : files.sections("replication.cfg")) {
      claims.add(job.id().split("-", 2)[0], "replication job " + job.id());
    }
    for (String service : ha().keySet()) {
      claims.add(service.substring(service.indexOf(':') + 1), "HA resource " + service);
    }
    for (SectionFile job : files.sections("jobs.cfg")) {
      for (String vmid : Words.of(job.value("vmid"))) {
        claims.add(vmid, "backup job " + job.id());
      }
    }
    return claims.found();
  }

  /** By service id. */
  SortedMap<String, HaResource> ha() {
    var services = new TreeMap<String, HaResource>();
    for (SectionFile section : files.sections("ha/resources.cfg")) {
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
    for (SectionFile rule : files.sections("ha/rules.cfg")) {
      for (String service : Words.of(rule.value("resources"))) {
        rules.computeIfAbsent(service, _ -> new TreeSet<>()).add(rule.id());
      }
    }
    return rules;
  }

  private SortedMap<String, String> ruleTypes() {
    var types = new TreeMap<String, String>();
    for (SectionFile rule : files.sections("ha/rules.cfg")) {
      types.put(rule.id(), rule.type());
    }
    return types;
  }

  private SortedSet<String> pools() {
    return new TreeSet<>(files.users().pools().keySet());
  }

  /** The pool of each guest that is in one. */
  SortedMap<Integer, String> poolOfGuests() {
    var pools = new TreeMap<Integer, String>();
    files.users().pools().forEach((name, pool) -> pool.vmids().forEach(id -> pools.put(id, name)));
    return pools;
  }

  SortedMap<String, Storage> storages(SortedMap<String, Node> nodes) {
    var storages = new TreeMap<String, Storage>();
    for (SectionFile section : files.sections("storage.cfg")) {
      storages.put(section.id(), storage(section, nodes));
    }
    // Proxmox has it even where its file does not name it.
    storages.computeIfAbsent(
        "local",
        id ->
            storage(
                new SectionFile(
                    "dir",
                    id,
                    new TreeMap<>(Map.of("content", "backup,images,iso,rootdir,snippets,vztmpl"))),
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
      StatusFile.StorageStatus told = status.storage(node.name(), id);
      Long total = told == null ? null : positive(told.total());
      Long used = told == null ? null : told.used();
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
