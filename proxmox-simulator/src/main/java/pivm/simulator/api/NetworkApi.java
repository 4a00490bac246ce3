package pivm.simulator.api;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.Doc;
import pivm.simulator.network.InterfacesText;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Node;
import pivm.simulator.state.NodeNetwork;

/** {@code /nodes/{node}/network}: interfaces as configured, and what waits to be applied. */
final class NetworkApi {
  private static final String PATH = "/nodes/{node}/network";
  private static final String ONE = PATH + "/{iface}";
  private static final Set<String> NO_SETTINGS = Set.of("node", "iface", "delete");
  private static final Set<String> NUMBERS =
      Set.of("autostart", "bridge_vlan_aware", "ovs_tag", "netmask6");

  private NetworkApi() {}

  static void register(Router router) {
    router.get(PATH, NetworkApi::list);
    router.post(PATH, NetworkApi::create);
    router.put(PATH, NetworkApi::apply);
    router.delete(PATH, NetworkApi::revert);
    router.get(
        ONE,
        c -> {
          var all = network(c).configured().interfaces();
          return new Doc().putAll(existing(all, c)).remove("iface");
        });
    router.put(ONE, NetworkApi::update);
    router.delete(ONE, NetworkApi::delete);
  }

  private static NodeNetwork network(Call call) {
    return call.cluster().node(call.node()).network();
  }

  private static List<Doc> list(Call call) {
    var network = network(call);
    String changes = network.changes(call.cluster().time().millis());
    if (changes != null) {
      call.beside("changes", changes);
    }
    var type = call.get("type");
    List<Doc> found = new ArrayList<>();
    for (var iface : network.configured().interfaces().values()) {
      if (type == null || matches(type, String.valueOf(iface.get("type")))) {
        found.add(iface);
      }
    }
    return found;
  }

  private static boolean matches(String wanted, String type) {
    return wanted.equals("include_sdn")
        || wanted.equals(type)
        || (wanted.startsWith("any_") && (type.equals("bridge") || type.equals("OVSBridge")));
  }

  private static Doc existing(Map<String, Doc> interfaces, Call call) {
    var iface = interfaces.get(call.need("iface"));
    if (iface == null) {
      throw ApiError.parameter("iface", "interface does not exist");
    }
    return iface;
  }

  private static @Nullable Void create(Call call) {
    var all = network(call).configured().copy();
    String name = call.need("iface");
    if (all.containsKey(name)) {
      throw ApiError.parameter("iface", "interface already exists");
    }
    Map<String, Object> given = given(call, all);
    var iface = Doc.of("iface", name);
    addresses(iface, given);
    given.forEach(iface::put);
    all.put(name, iface);
    network(call).stage(all);
    return null;
  }

  private static @Nullable Void update(Call call) {
    var all = network(call).configured().copy();
    var iface = existing(all, call);
    for (String key : Call.list(call.get("delete"))) {
      iface.remove(key);
      if (key.equals("cidr") || key.equals("cidr6")) {
        String suffix = key.substring(4);
        iface.remove("address" + suffix).remove("netmask" + suffix);
      }
    }
    Map<String, Object> given = given(call, all);
    addresses(iface, given);
    given.forEach(iface::put);
    network(call).stage(all);
    return null;
  }

  /** The parameters, checked against the other interfaces. */
  private static Map<String, Object> given(Call call, Map<String, Doc> all) {
    Map<String, Object> given = new LinkedHashMap<>();
    call.rest()
        .forEach((name, value) -> {
          if (!NO_SETTINGS.contains(name)) {
            given.put(name, NUMBERS.contains(name) ? (Object) Long.valueOf(value) : value);
          }
        });
    String name = call.need("iface");
    for (String key : List.of("gateway", "gateway6")) {
      if (given.containsKey(key)) {
        oneGateway(all, name, key);
      }
    }
    freePorts(all, name, given);
    split(given, "");
    split(given, "6");
    return given;
  }

  private static void oneGateway(Map<String, Doc> all, String name, String key) {
    String what = key.equals("gateway") ? "Default gateway" : "Default ipv6 gateway";
    all.forEach((other, iface) -> {
      if (!other.equals(name) && iface.has(key)) {
        throw ApiError.parameter(key, what + " already exists on interface '" + other + "'.");
      }
    });
  }

  private static void freePorts(Map<String, Doc> all, String name, Map<String, Object> given) {
    var wanted = new Doc();
    given.forEach(wanted::put);
    var ports = new HashSet<>(InterfacesText.members(wanted));
    String key = "bridge_ports";
    for (String one : List.of("ovs_bonds", "slaves", "ovs_ports", "bridge_ports")) {
      key = wanted.has(one) ? one : key;
    }
    for (Map.Entry<String, Doc> other : all.entrySet()) {
      for (String port : InterfacesText.members(other.getValue())) {
        if (ports.contains(port) && !other.getKey().equals(name)) {
          throw ApiError.parameter(
              key, port + " is already used on interface '" + other.getKey() + "'.");
        }
      }
    }
  }

  private static void split(Map<String, Object> given, String suffix) {
    Object cidr = given.remove("cidr" + suffix);
    if (cidr == null) {
      return;
    }
    for (String key : List.of("address", "netmask")) {
      if (given.containsKey(key + suffix)) {
        throw ApiError.parameter(key + suffix, key + suffix + " conflicts with cidr" + suffix);
      }
    }
    int slash = cidr.toString().lastIndexOf('/');
    given.put("address" + suffix, cidr.toString().substring(0, slash));
    given.put("netmask" + suffix, cidr.toString().substring(slash + 1));
  }

  /** Whatever it had before: without an address in the call it has none. */
  private static void addresses(Doc iface, Map<String, Object> given) {
    List<String> families = new ArrayList<>();
    if (given.containsKey("address")) {
      families.add("inet");
    }
    if (given.containsKey("address6")) {
      families.add("inet6");
    }
    iface.put("families", families.isEmpty() ? List.of("inet") : families);
    iface.put("method", given.containsKey("address") ? "static" : "manual");
    iface.put("method6", given.containsKey("address6") ? "static" : "manual");
  }

  private static @Nullable Void delete(Call call) {
    var all = network(call).configured().copy();
    existing(all, call);
    all.remove(call.need("iface"));
    network(call).stage(all);
    return null;
  }

  private static @Nullable Void revert(Call call) {
    network(call).pending(null);
    return null;
  }

  private static String apply(Call call) {
    Node node = call.cluster().node(call.node());
    return call.task(
        node.name(),
        "srvreload",
        "networking",
        task -> {
          node.network().commit();
          task.after(Duration.ofSeconds(2), _ -> node.reloadNetwork());
        });
  }
}
