package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;
import pivm.simulator.json.Doc;
import pivm.simulator.state.Guest;

/** {@code /nodes/{node}/lxc}: containers. */
final class LxcApi {
  static final String LIST = "/nodes/{node}/lxc";
  static final String ONE = LIST + "/{vmid}";

  private LxcApi() {}

  static void register(Router router) {
    new GuestApi(Kind.LXC).register(router);
    router.post(LIST, LxcCreation::request);
    router.put(ONE + "/config", LxcConfig::update);
    router.post(ONE + "/clone", LxcClone::request);
    router.post(ONE + "/template", LxcClone::template);
    router.get(ONE + "/interfaces", LxcApi::interfaces);
    router.get(
        ONE + "/feature",
        c ->
            Doc.of(
                "hasFeature",
                Features.has(c.cluster(), guest(c), c.need("feature"), c.get("snapname")) ? 1 : 0));
    LxcVolumeApi.register(router);
    VzdumpApi.register(router);
  }

  static Guest guest(Call call) {
    return call.cluster().guest(Kind.LXC, call.node(), call.vmid());
  }

  private static @Nullable List<Doc> interfaces(Call call) {
    var guest = guest(call);
    if (!guest.isRunning()) {
      return null;
    }
    List<Doc> found = new ArrayList<>();
    found.add(
        card("lo", "00:00:00:00:00:00", List.of(address("127.0.0.1/8"), address("::1/128")))
            .put("inet", "127.0.0.1/8")
            .put("inet6", "::1/128"));
    for (var entry : guest.config().values().entrySet()) {
      if (Keys.isNet(entry.getKey())) {
        var net = Power.network(Kind.LXC).parse(entry.getValue());
        String ip = net.getOrDefault("ip", "");
        if (ip.equals("dhcp")) {
          ip = "10.213." + (guest.vmid() / 250 % 250) + "." + (guest.vmid() % 250 + 2) + "/24";
        }
        var card =
            card(
                net.getOrDefault("name", "eth0"),
                net.getOrDefault("hwaddr", "").toLowerCase(Locale.ROOT),
                ip.contains("/") && guest.isCooperative() ? List.of(address(ip)) : List.of());
        if (ip.contains("/") && guest.isCooperative()) {
          card.put("inet", ip);
        }
        found.add(card);
      }
    }
    return found;
  }

  private static Doc card(String name, String mac, List<Doc> addresses) {
    return new Doc()
        .put("name", name)
        .put("hardware-address", mac)
        .put("hwaddr", mac)
        .put("ip-addresses", addresses);
  }

  private static Doc address(String cidr) {
    int slash = cidr.indexOf('/');
    return new Doc()
        .put("ip-address", cidr.substring(0, slash))
        .put("ip-address-type", cidr.contains(":") ? "inet6" : "inet")
        .put("prefix", cidr.substring(slash + 1));
  }
}
