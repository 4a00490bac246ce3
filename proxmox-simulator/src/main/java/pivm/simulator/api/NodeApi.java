package pivm.simulator.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Digests;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;

/** {@code /nodes}: the nodes and their settings. */
final class NodeApi {
  private static final Set<String> TIME_ZONES = java.time.ZoneId.getAvailableZoneIds();

  private NodeApi() {}

  static void register(Router router) {
    router.get("/nodes", NodeApi::list);
    router.get(
        "/nodes/{node}/status", c -> Figures.nodeStatus(c.cluster(), c.cluster().node(c.node())));
    router.post("/nodes/{node}/status", c -> null);
    router.get("/nodes/{node}/time", NodeApi::time);
    router.put("/nodes/{node}/time", NodeApi::setTime);
    router.get("/nodes/{node}/dns", NodeApi::dns);
    router.put("/nodes/{node}/dns", NodeApi::setDns);
    router.get("/nodes/{node}/hosts", NodeApi::hosts);
    router.get("/nodes/{node}/certificates/info", NodeApi::certificates);
    router.get("/nodes/{node}/rrddata", NodeApi::rrdData);
    router.get("/nodes/{node}/aplinfo", c -> List.of());
    router.get("/nodes/{node}/subscription", NodeApi::subscription);
    router.get("/nodes/{node}/hardware/pci", c -> List.of());
    router.get("/nodes/{node}/hardware/usb", c -> List.of());
    router.get("/nodes/{node}/disks/list", c -> List.of());
    NetworkApi.register(router);
    CapabilitiesApi.register(router);
  }

  private static List<Doc> list(Call call) {
    List<Doc> nodes = new ArrayList<>();
    for (var node : call.cluster().nodes()) {
      boolean audit = call.permissions().may("/nodes/" + node.name(), "Sys.Audit");
      nodes.add(
          Figures.node(call.cluster(), node, audit).put("ssl_fingerprint", node.fingerprint()));
    }
    return nodes;
  }

  /** Under the name {@code localhost} a node answers too. */
  private static List<Doc> certificates(Call call) {
    var cluster = call.cluster();
    var named = cluster.findNode(call.node());
    var node = named == null ? cluster.nodes().iterator().next() : named;
    var authority = "/CN=Proxmox Virtual Environment/O=PVE Cluster Manager CA";
    return List.of(
        new Doc()
            .put("filename", "pve-root-ca.pem")
            .put("fingerprint", cluster.authority())
            .put("subject", authority)
            .put("issuer", authority)
            .put("san", List.of()),
        new Doc()
            .put("filename", "pve-ssl.pem")
            .put("fingerprint", node.fingerprint())
            .put("subject", "/OU=PVE Cluster Node/O=Proxmox Virtual Environment/CN=" + node.name())
            .put("issuer", authority)
            .put("san", List.of("127.0.0.1", "localhost", node.name())));
  }

  private static Doc time(Call call) {
    long now = call.cluster().time().seconds();
    return new Doc().put("time", now).put("localtime", now).put("timezone", "Etc/UTC");
  }

  private static @Nullable Void setTime(Call call) {
    if (!TIME_ZONES.contains(call.need("timezone"))) {
      throw ApiError.parameter("timezone", "No such timezone");
    }
    return null;
  }

  private static Doc dns(Call call) {
    var dns = new Doc();
    call.cluster().node(call.node()).dns().forEach(dns::put);
    return dns;
  }

  private static @Nullable Void setDns(Call call) {
    var dns = call.cluster().node(call.node()).dns();
    for (String name : List.of("search", "dns1", "dns2", "dns3")) {
      var value = call.get(name);
      if (value != null) {
        dns.put(name, value);
      }
    }
    return null;
  }

  private static Doc hosts(Call call) {
    var node = call.cluster().node(call.node());
    String text =
        "127.0.0.1 localhost.localdomain localhost\n"
            + node.address()
            + " "
            + node.name()
            + ".lab.example "
            + node.name()
            + "\n::1 ip6-localhost ip6-loopback\n";
    return new Doc().put("data", text).put("digest", Digests.sha1(text));
  }

  static List<Doc> rrdData(Call call) {
    long step =
        switch (call.need("timeframe")) {
          case "hour" -> 60;
          case "day" -> 1800;
          case "week" -> 10_800;
          case "month" -> 43_200;
          default -> 604_800;
        };
    long end = Instant.ofEpochSecond(call.cluster().time().seconds()).getEpochSecond();
    List<Doc> points = new ArrayList<>();
    for (int i = 60; i > 0; i--) {
      points.add(Doc.of("time", (end / step - i) * step));
    }
    return points;
  }

  private static Doc subscription(Call call) {
    return new Doc()
        .put("status", "notfound")
        .put(
            "serverid",
            Digests.sha1(call.node()).substring(0, 32).toUpperCase(java.util.Locale.ROOT))
        .put("message", "There is no subscription key")
        .put("url", "https://www.proxmox.com/en/proxmox-virtual-environment/pricing");
  }
}
