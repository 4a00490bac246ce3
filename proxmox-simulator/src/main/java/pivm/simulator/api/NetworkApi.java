package pivm.simulator.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Node;

/** {@code /nodes/{node}/network}: interfaces in effect and those that wait to be applied. */
final class NetworkApi {
  private static final String PATH = "/nodes/{node}/network";
  private static final String ONE = PATH + "/{iface}";

  private NetworkApi() {}

  static void register(Router router) {
    router.get(PATH, NetworkApi::list);
    router.post(PATH, NetworkApi::create);
    router.put(PATH, NetworkApi::apply);
    router.delete(PATH, NetworkApi::revert);
    router.get(
        ONE, c -> new Doc().putAll(existing(node(c).pendingInterfaces(), c)).remove("iface"));
    router.put(ONE, NetworkApi::update);
    router.delete(ONE, NetworkApi::delete);
  }

  private static Node node(Call call) {
    return call.cluster().node(call.node());
  }

  private static List<Doc> list(Call call) {
    var node = node(call);
    if (node.hasPendingInterfaces()) {
      call.beside("changes", changes(node));
    }
    var type = call.get("type");
    List<Doc> found = new ArrayList<>();
    for (var iface : node.pendingInterfaces().values()) {
      if (type == null || matches(type, String.valueOf(iface.get("type")))) {
        found.add(iface);
      }
    }
    return found;
  }

  private static boolean matches(String wanted, String type) {
    return wanted.equals(type)
        || (wanted.startsWith("any_") && (type.equals("bridge") || type.equals("OVSBridge")));
  }

  private static String changes(Node node) {
    var out =
        new StringBuilder(
            "--- /etc/network/interfaces\n+++ /etc/network/interfaces.new\n@@ -1 +1 @@\n");
    for (var name : node.interfaces().keySet()) {
      if (!node.pendingInterfaces().containsKey(name)) {
        out.append("-auto ").append(name).append('\n');
      }
    }
    node.pendingInterfaces()
        .forEach((name, iface) -> {
          var old = node.interfaces().get(name);
          if (old == null || !old.toString().equals(iface.toString())) {
            out.append("+iface ").append(name).append(" inet ");
            out.append(iface.get("method")).append('\n');
          }
        });
    return out.toString();
  }

  private static Doc existing(Map<String, Doc> interfaces, Call call) {
    var iface = interfaces.get(call.need("iface"));
    if (iface == null) {
      throw ApiError.parameter("iface", "interface does not exist");
    }
    return iface;
  }

  private static @Nullable Void create(Call call) {
    var node = node(call);
    String name = call.need("iface");
    if (node.pendingInterfaces().containsKey(name)) {
      throw ApiError.parameter("iface", "interface already exists");
    }
    node.editInterfaces().put(name, settings(call, null));
    return null;
  }

  private static @Nullable Void update(Call call) {
    var node = node(call);
    var old = existing(node.pendingInterfaces(), call);
    node.editInterfaces().put(call.need("iface"), settings(call, old));
    return null;
  }

  private static Doc settings(Call call, @Nullable Doc old) {
    String name = call.need("iface");
    var gateway = call.get("gateway");
    if (gateway != null) {
      for (var other : node(call).pendingInterfaces().values()) {
        if (other.has("gateway") && !name.equals(other.get("iface"))) {
          throw ApiError.parameter(
              "gateway",
              "Default gateway already exists on interface '" + other.get("iface") + "'.");
        }
      }
    }
    var iface = new Doc();
    if (old != null) {
      iface.putIfPresent("comments", old.get("comments")).putIfPresent("active", old.get("active"));
    }
    iface.put("iface", name).put("type", call.need("type")).put("method6", "manual");
    iface.put(
        "priority", old == null ? node(call).pendingInterfaces().size() + 3 : old.get("priority"));
    iface.put("families", List.of("inet"));
    for (var option : call.rest().entrySet()) {
      if (!List.of("node", "iface", "type", "delete").contains(option.getKey())) {
        boolean number = List.of("autostart", "mtu", "bridge_vlan_aware").contains(option.getKey());
        iface.put(
            option.getKey(), number ? (Object) Long.valueOf(option.getValue()) : option.getValue());
      }
    }
    address(iface, call);
    if (call.need("type").equals("bridge")) {
      iface.put("bridge_stp", "off").put("bridge_fd", "0");
      if (call.flag("bridge_vlan_aware")) {
        iface.put("bridge_vids", call.get("bridge_vids", "2-4094"));
      }
    }
    return iface;
  }

  private static void address(Doc iface, Call call) {
    var cidr = call.get("cidr");
    if (cidr != null) {
      int slash = cidr.indexOf('/');
      iface.put("address", cidr.substring(0, slash)).put("netmask", cidr.substring(slash + 1));
    } else if (call.has("address") && call.has("netmask")) {
      iface.put("cidr", call.need("address") + "/" + call.need("netmask"));
    }
    iface.put("method", iface.has("address") ? "static" : "manual");
  }

  private static @Nullable Void delete(Call call) {
    existing(node(call).pendingInterfaces(), call);
    node(call).editInterfaces().remove(call.need("iface"));
    return null;
  }

  private static @Nullable Void revert(Call call) {
    node(call).revertInterfaces();
    return null;
  }

  private static String apply(Call call) {
    var node = node(call);
    return call.task(
        node.name(),
        "srvreload",
        "networking",
        task ->
            task.after(
                Duration.ofSeconds(2),
                t -> {
                  node.applyInterfaces();
                  node.interfaces().values().forEach(i -> i.put("active", 1));
                }));
  }
}
