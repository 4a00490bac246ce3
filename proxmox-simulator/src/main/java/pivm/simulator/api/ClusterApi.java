package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Node;

/** {@code /cluster}: what the cluster as a whole knows. */
final class ClusterApi {
  private ClusterApi() {}

  static void register(Router router) {
    router.get("/cluster/resources", ClusterApi::resources);
    router.get("/cluster/status", ClusterApi::status);
    router.get("/cluster/nextid", ClusterApi::nextId);
    router.get("/cluster/options", ClusterApi::options);
    router.put("/cluster/options", ClusterApi::setOptions);
    router.get("/cluster/log", c -> List.of());
    router.get("/cluster/replication", c -> List.of());
    router.get("/cluster/config/nodes", ClusterApi::configNodes);
    router.post("/cluster/config/nodes/{node}", ClusterApi::refuse);
    router.delete("/cluster/config/nodes/{node}", ClusterApi::refuse);
    router.get("/cluster/config/join", ClusterApi::join);
    router.get("/cluster/config/totem", ClusterApi::totem);
    router.get("/cluster/backup-info/not-backed-up", ClusterApi::notBackedUp);
    router.get("/cluster/mapping/pci", c -> List.of());
    router.get("/cluster/mapping/usb", c -> List.of());
    router.get("/cluster/mapping/dir", c -> List.of());
    router.get("/cluster/sdn/zones", c -> List.of());
    router.get("/cluster/sdn/vnets", c -> List.of());
    router.get(
        "/cluster/firewall/options", c -> Doc.of("digest", pivm.simulator.config.Digests.sha1("")));
    HaApi.register(router);
    BackupApi.register(router);
    PoolApi.register(router);
  }

  private static List<Doc> resources(Call call) {
    var type = call.get("type");
    List<Doc> found = new ArrayList<>();
    if (type == null || type.equals("pool")) {
      pools(call, found);
    }
    if (type == null || type.equals("vm")) {
      guests(call, found);
    }
    if (type == null || type.equals("node")) {
      for (var node : call.cluster().nodes()) {
        boolean audit = call.permissions().may("/nodes/" + node.name(), "Sys.Audit");
        found.add(Figures.node(call.cluster(), node, audit).put("cgroup-mode", 2));
      }
    }
    if (type == null || type.equals("storage")) {
      for (var node : call.cluster().nodes()) {
        storages(call, node, found);
      }
    }
    if (type == null || type.equals("sdn")) {
      zones(call, found);
    }
    return found;
  }

  private static void pools(Call call, List<Doc> found) {
    for (String pool : call.cluster().pools().keySet()) {
      if (call.permissions().may("/pool/" + pool, "Pool.Audit")) {
        found.add(new Doc().put("id", "/pool/" + pool).put("pool", pool).put("type", "pool"));
      }
    }
  }

  private static void guests(Call call, List<Doc> found) {
    var cluster = call.cluster();
    var pools = poolByGuest(cluster);
    boolean all = call.permissions().may("/vms", "VM.Audit") && call.isRoot();
    for (var guest : cluster.guests()) {
      if (all || call.permissions().may("/vms/" + guest.vmid(), "VM.Audit")) {
        found.add(Figures.resource(cluster, guest, pools.get(guest.vmid())));
      }
    }
  }

  private static Map<Integer, String> poolByGuest(Cluster cluster) {
    Map<Integer, String> pools = new java.util.HashMap<>();
    cluster.pools().forEach((name, pool) -> pool.guests().forEach(g -> pools.put(g, name)));
    return pools;
  }

  private static void storages(Call call, Node node, List<Doc> found) {
    for (var storage : call.cluster().storages().all()) {
      if (storage.isOn(node.name())
          && !storage.isDisabled()
          && call.permissions()
              .mayAny("/storage/" + storage.id(), "Datastore.Audit", "Datastore.AllocateSpace")) {
        found.add(StorageApi.resource(storage, node));
      }
    }
  }

  private static void zones(Call call, List<Doc> found) {
    if (call.permissions().may("/sdn/zones/localnetwork", "SDN.Audit")) {
      for (var node : call.cluster().nodes()) {
        found.add(
            new Doc()
                .put("type", "network")
                .put("node", node.name())
                .put("id", "network/" + node.name() + "/zone/localnetwork")
                .put("network-type", "zone")
                .put("network", "localnetwork")
                .put("status", "ok"));
      }
    }
  }

  private static List<Doc> status(Call call) {
    var cluster = call.cluster();
    List<Doc> found = new ArrayList<>();
    boolean alone = cluster.nodes().size() == 1;
    if (!alone) {
      found.add(
          new Doc()
              .put("id", "cluster")
              .put("type", "cluster")
              .put("name", cluster.name())
              .put("version", cluster.nodes().size())
              .put("nodes", cluster.nodes().size())
              .put("quorate", cluster.isQuorate() ? 1 : 0));
    }
    for (var node : cluster.nodes()) {
      found.add(
          new Doc()
              .put("id", "node/" + node.name())
              .put("type", "node")
              .put("name", node.name())
              .put("nodeid", alone ? 0 : node.number())
              .put("ip", node.address())
              .put("online", node.isOnline() ? 1 : 0)
              .put("local", node.name().equals(call.entryNode()) ? 1 : 0)
              .put("level", ""));
    }
    return found;
  }

  private static String nextId(Call call) {
    var wanted = call.get("vmid");
    if (wanted != null) {
      if (call.cluster().findGuest(Integer.parseInt(wanted)) != null) {
        throw ApiError.parameter("vmid", "VM " + wanted + " already exists");
      }
      return wanted;
    }
    int id = 100;
    while (call.cluster().findGuest(id) != null) {
      id++;
    }
    return Integer.toString(id);
  }

  private static Doc options(Call call) {
    var doc = new Doc().put("mac_prefix", call.cluster().macPrefix());
    var tags = new TreeSet<String>();
    for (var guest : call.cluster().guests()) {
      tags.addAll(Call.list(guest.config().get("tags")));
    }
    doc.put("allowed-tags", new ArrayList<>(tags)).put("description", "");
    call.cluster().options().forEach((name, value) -> doc.put(name, shown(name, value)));
    return doc;
  }

  private static Object shown(String name, String value) {
    if (name.equals("description")) {
      return value.endsWith("\n") ? value : value + "\n";
    }
    if (name.equals("tag-style")
        || name.equals("migration")
        || name.equals("ha")
        || name.equals("crs")) {
      var parts = new Doc();
      for (String part : value.split(",")) {
        int equals = part.indexOf('=');
        parts.put(equals < 0 ? "type" : part.substring(0, equals), part.substring(equals + 1));
      }
      return parts;
    }
    return value;
  }

  private static @Nullable Void setOptions(Call call) {
    var deletes = Call.list(call.take("delete"));
    call.cluster().checkWritable("", "datacenter_cfg");
    deletes.forEach(call.cluster().options()::remove);
    call.cluster().options().putAll(call.rest());
    call.cluster().changed();
    return null;
  }

  private static List<Doc> configNodes(Call call) {
    List<Doc> found = new ArrayList<>();
    if (call.cluster().nodes().size() > 1) {
      for (var node : call.cluster().nodes()) {
        found.add(
            new Doc()
                .put("node", node.name())
                .put("name", node.name())
                .put("nodeid", Integer.toString(node.number()))
                .put("quorum_votes", "1")
                .put("ring0_addr", node.address()));
      }
    }
    return found;
  }

  private static Doc refuse(Call call) {
    throw ApiError.die("the nodes of a simulated cluster are fixed: " + call.node());
  }

  private static Doc totem(Call call) {
    return new Doc()
        .put("cluster_name", call.cluster().name())
        .put("version", "2")
        .put("config_version", Integer.toString(call.cluster().nodes().size()))
        .put("ip_version", "ipv4-6")
        .put("link_mode", "passive")
        .put("secauth", "on")
        .put("token_coefficient", "125")
        .put("interface", Doc.of("0", Doc.of("linknumber", "0")));
  }

  private static Doc join(Call call) {
    if (call.cluster().nodes().size() == 1) {
      throw ApiError.of(424, "node is not in a cluster, no join info available!");
    }
    List<Doc> nodes = new ArrayList<>();
    for (var node : call.cluster().nodes()) {
      nodes.add(
          new Doc()
              .put("name", node.name())
              .put("nodeid", Integer.toString(node.number()))
              .put("quorum_votes", "1")
              .put("ring0_addr", node.address())
              .put("pve_addr", node.address())
              .put("pve_fp", node.fingerprint()));
    }
    return new Doc()
        .put("nodelist", nodes)
        .put("preferred_node", call.entryNode())
        .put("totem", totem(call))
        .put("config_digest", pivm.simulator.config.Digests.sha1(call.cluster().name()));
  }

  private static List<Doc> notBackedUp(Call call) {
    List<Doc> found = new ArrayList<>();
    for (var guest : call.cluster().guests()) {
      found.add(
          new Doc()
              .put("vmid", guest.vmid())
              .put("name", guest.name())
              .put("type", guest.kind().word()));
    }
    return found;
  }
}
