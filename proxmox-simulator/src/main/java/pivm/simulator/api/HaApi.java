package pivm.simulator.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Digests;
import pivm.simulator.config.Kind;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;
import pivm.simulator.state.HaResource;

/** {@code /cluster/ha}: what the HA manager looks after, and what it does about it. */
public final class HaApi {
  private static final String RESOURCES = "/cluster/ha/resources";
  private static final Duration ROUND = Duration.ofSeconds(10);

  private HaApi() {}

  static void register(Router router) {
    router.get(RESOURCES, HaApi::list);
    router.post(RESOURCES, HaApi::create);
    router.get(RESOURCES + "/{sid}", c -> shown(c.cluster(), existing(c)));
    router.put(RESOURCES + "/{sid}", HaApi::update);
    router.delete(RESOURCES + "/{sid}", HaApi::delete);
    router.post(RESOURCES + "/{sid}/migrate", HaApi::migrate);
    router.post(RESOURCES + "/{sid}/relocate", HaApi::migrate);
    router.get("/cluster/ha/status/current", HaApi::status);
    router.get("/cluster/ha/status/manager_status", HaApi::managerStatus);
    HaRuleApi.register(router);
    router.get(
        "/cluster/ha/groups",
        c -> {
          throw ApiError.die("cannot index groups: ha groups have been migrated to rules");
        });
  }

  private static String digest(Cluster cluster) {
    var text = new StringBuilder();
    cluster.haResources().forEach((sid, r) -> text.append(sid).append(r.options()));
    return Digests.sha1(text.toString());
  }

  private static Doc shown(Cluster cluster, HaResource resource) {
    var doc = new Doc().put("sid", resource.sid());
    doc.put("type", resource.sid().substring(0, 2));
    resource.options().forEach((name, value) -> doc.put(name, number(value)));
    return doc.put("digest", digest(cluster));
  }

  static Object number(String value) {
    return value.matches("\\d+") ? (Object) Long.valueOf(value) : value;
  }

  private static List<Doc> list(Call call) {
    List<Doc> found = new ArrayList<>();
    var type = call.get("type");
    for (var resource : call.cluster().haResources().values()) {
      if (type == null || resource.sid().startsWith(type)) {
        found.add(shown(call.cluster(), resource));
      }
    }
    return found;
  }

  /** The full id of a resource: {@code 100} alone is enough for a guest. */
  private static String sid(Call call) {
    String sid = call.need("sid");
    if (!sid.matches("\\d+")) {
      return sid;
    }
    var guest = call.cluster().findGuest(Integer.parseInt(sid));
    return (guest != null && guest.kind() == Kind.LXC ? "ct:" : "vm:") + sid;
  }

  static @Nullable Guest guestOf(Cluster cluster, String sid) {
    var guest =
        sid.matches("(vm|ct):\\d+") ? cluster.findGuest(Integer.parseInt(sid.substring(3))) : null;
    boolean vm = sid.startsWith("vm:");
    return guest != null && (guest.kind() == Kind.QEMU) == vm ? guest : null;
  }

  private static @Nullable Void create(Call call) {
    String sid = sid(call);
    var guest = guestOf(call.cluster(), sid);
    if (guest == null) {
      throw ApiError.die("resource '" + sid + "' does not exist in cluster");
    }
    if (call.cluster().haResources().containsKey(sid)) {
      throw ApiError.die("create resource failed: resource ID '" + sid + "' already defined");
    }
    call.cluster().checkWritable("create resource failed: ", "ha_resources_cfg");
    add(call.cluster(), sid, options(call));
    return null;
  }

  /** Puts a guest under the HA manager. */
  static void add(Cluster cluster, String sid, Map<String, String> options) {
    var resource = new HaResource(sid);
    resource.options().putAll(options);
    cluster.haResources().put(sid, resource);
    cluster.changed();
    act(cluster, resource, ROUND);
  }

  private static Map<String, String> options(Call call) {
    var options = call.rest();
    options.keySet().removeAll(List.of("sid", "type", "delete", "digest"));
    options.computeIfPresent("state", (k, v) -> v.equals("enabled") ? "started" : v);
    return options;
  }

  private static HaResource existing(Call call) {
    String sid = sid(call);
    var resource = call.cluster().haResources().get(sid);
    if (resource == null) {
      throw ApiError.die("no such resource '" + sid + "'");
    }
    return resource;
  }

  private static @Nullable Void update(Call call) {
    var resource = existing(call);
    var digest = call.get("digest");
    if (digest != null && !digest.equals(digest(call.cluster()))) {
      throw ApiError.die(
          "detected modified configuration - file changed by other user? Try again.");
    }
    call.cluster().checkWritable("update resource failed: ", "ha_resources_cfg");
    Call.list(call.get("delete")).forEach(resource.options()::remove);
    resource.options().putAll(options(call));
    call.cluster().changed();
    act(call.cluster(), resource, ROUND);
    return null;
  }

  private static @Nullable Void delete(Call call) {
    String sid = sid(call);
    if (call.cluster().haResources().remove(sid) == null) {
      throw ApiError.die("cannot delete service '" + sid + "', not HA managed!");
    }
    if (!"0".equals(call.get("purge", "1"))) {
      HaRuleApi.forget(call.cluster(), sid);
    }
    call.cluster().changed();
    return null;
  }

  private static Doc migrate(Call call) {
    var resource = existing(call);
    var guest = guestOf(call.cluster(), resource.sid());
    String target = call.need("node");
    call.cluster().node(target);
    if (guest != null) {
      later(call.cluster(), resource, guest, target);
    }
    return new Doc().put("sid", resource.sid()).put("requested-node", target);
  }

  /** Lets the HA manager migrate a guest at its next round, as a task of its own. */
  static void later(Cluster cluster, HaResource resource, Guest guest, String target) {
    cluster
        .time()
        .after(
            ROUND,
            () -> {
              if (cluster.findGuest(guest.vmid()) == guest && !guest.node().equals(target)) {
                resource.crmState("migrate");
                Migration.byHa(cluster, guest, target)
                    .afterwards(() -> resource.crmState(guest.isRunning() ? "started" : "stopped"));
              }
            });
  }

  /** Lets the HA manager bring the guest to its requested state at its next round. */
  static void act(Cluster cluster, HaResource resource, Duration delay) {
    resource.crmState("queued");
    cluster
        .time()
        .after(
            delay,
            () -> {
              var guest = guestOf(cluster, resource.sid());
              if (guest == null || cluster.haResources().get(resource.sid()) != resource) {
                return;
              }
              resource.crmState(resource.requestedState());
              boolean on = resource.requestedState().equals("started");
              if (on && !guest.isRunning() && !guest.isTemplate()) {
                Power.startTask(cluster, guest, "root@pam");
              } else if (resource.requestedState().equals("stopped") && guest.isRunning()) {
                Power.shutdownTask(cluster, guest, "root@pam");
              }
            });
  }

  /** As the files of the managers are (pve-ha-manager, src/PVE/API2/HA/Status.pm). */
  private static Doc managerStatus(Call call) {
    var nodes = new Doc();
    var local = new Doc();
    for (var node : call.cluster().nodes()) {
      String state = node.inMaintenance() ? "maintenance" : node.isOnline() ? "online" : "unknown";
      nodes.put(node.name(), state);
      local.put(
          node.name(),
          new Doc()
              .put("mode", node.inMaintenance() ? "maintenance" : "active")
              .put("state", node.inMaintenance() ? "maintenance" : "wait_for_agent_lock"));
    }
    return new Doc()
        .put("manager_status", new Doc().put("node_status", nodes))
        .put("lrm_status", local)
        .put("quorum", new Doc().put("quorate", call.cluster().isQuorate() ? 1 : 0));
  }

  /** {@code ha-manager crm-command node-maintenance}: done at the manager's next round. */
  public static void maintenance(Cluster cluster, String name, boolean on) {
    var node = cluster.node(name);
    cluster
        .time()
        .after(
            ROUND,
            () -> {
              node.maintenance(on);
              for (var resource : cluster.haResources().values()) {
                var guest = guestOf(cluster, resource.sid());
                if (guest == null) {
                  continue;
                }
                if (on && guest.node().equals(name)) {
                  cluster.nodes().stream()
                      .filter(other -> other.isOnline() && !other.inMaintenance())
                      .findFirst()
                      .ifPresent(other -> {
                        resource.options().put("comment", "from " + name);
                        later(cluster, resource, guest, other.name());
                      });
                } else if (!on && ("from " + name).equals(resource.options().remove("comment"))) {
                  later(cluster, resource, guest, name);
                }
              }
            });
  }

  private static List<Doc> status(Call call) {
    var cluster = call.cluster();
    List<Doc> found = new ArrayList<>();
    String master = cluster.nodes().iterator().next().name();
    boolean quorate = cluster.isQuorate();
    found.add(
        new Doc()
            .put("id", "quorum")
            .put("type", "quorum")
            .put("node", call.entryNode())
            .put("status", quorate ? "OK" : "No quorum on node '" + call.entryNode() + "'!")
            .put("quorate", quorate ? 1 : 0));
    found.add(
        new Doc()
            .put("id", "fencing")
            .put("type", "fencing")
            .put("node", call.entryNode())
            .put("armed-state", "standby")
            .put("status", "standby (CRM watchdog standby)"));
    for (var resource : cluster.haResources().values()) {
      found.add(service(cluster, resource, master));
    }
    return found;
  }

  private static Doc service(Cluster cluster, HaResource resource, String master) {
    var guest = guestOf(cluster, resource.sid());
    String node = guest == null ? master : guest.node();
    var doc = new Doc().put("id", "service:" + resource.sid()).put("type", "service");
    doc.put("sid", resource.sid()).put("node", node).put("state", resource.crmState());
    doc.put("status", resource.sid() + " (" + node + ", " + resource.crmState() + ")");
    doc.put("request_state", resource.requestedState());
    doc.put("max_restart", number(resource.options().getOrDefault("max_restart", "1")));
    doc.put("max_relocate", number(resource.options().getOrDefault("max_relocate", "1")));
    doc.put("failback", number(resource.options().getOrDefault("failback", "1")));
    return doc.putIfPresent("comment", resource.options().get("comment"));
  }
}
