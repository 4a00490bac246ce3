package pivm.simulator.api;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Digests;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;

/** {@code /nodes}: the nodes and their settings. */
final class NodeApi {
  private static final Set<String> TIME_ZONES = java.time.ZoneId.getAvailableZoneIds();

  private static final Pattern ADDRESS =
      Pattern.compile("(?:\\d{1,3}(?:\\.\\d{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)");
  private static final Pattern HOST = Pattern.compile("[.\\-a-zA-Z0-9]+");

  private NodeApi() {}

  static void register(Router router) {
    router.get("/nodes", NodeApi::list);
    router.get(
        "/nodes/{node}/status", c -> Figures.nodeStatus(c.cluster(), c.cluster().node(c.node())));
    router.post("/nodes/{node}/status", NodeReboot::command);
    router.get("/nodes/{node}/time", NodeApi::time);
    router.put("/nodes/{node}/time", NodeApi::setTime);
    router.get("/nodes/{node}/dns", NodeApi::dns);
    router.put("/nodes/{node}/dns", NodeApi::setDns);
    router.get("/nodes/{node}/hosts", NodeApi::hosts);
    router.post("/nodes/{node}/hosts", NodeApi::setHosts);
    router.get("/nodes/{node}/certificates/info", NodeApi::certificates);
    router.get("/nodes/{node}/rrddata", NodeApi::rrdData);
    router.get("/nodes/{node}/subscription", NodeApi::subscription);
    router.get("/nodes/{node}/hardware/pci", c -> List.of());
    router.get("/nodes/{node}/hardware/usb", c -> List.of());
    router.get("/nodes/{node}/disks/list", c -> List.of());
    NetworkApi.register(router);
    ServiceApi.register(router);
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

  /** What is not given is gone (pve-common, src/PVE/INotify.pm, update_etc_resolv_conf). */
  private static @Nullable Void setDns(Call call) {
    var dns = call.cluster().node(call.node()).dns();
    dns.clear();
    int servers = 0;
    for (String name : List.of("search", "dns1", "dns2", "dns3")) {
      var value = call.get(name);
      if (value == null || value.isEmpty() || dns.containsValue(value)) {
        continue;
      }
      dns.put(name.equals("search") ? name : "dns" + ++servers, value);
    }
    return null;
  }

  private static Doc hosts(Call call) {
    String text = call.cluster().node(call.node()).network().hosts();
    return new Doc().put("data", text).put("digest", Digests.sha1(text));
  }

  private static @Nullable Void setHosts(Call call) {
    var network = call.cluster().node(call.node()).network();
    var digest = call.get("digest");
    if (digest != null && !digest.equals(Digests.sha1(network.hosts()))) {
      throw ApiError.die(
          "detected modified configuration - file changed by other user? Try again.");
    }
    for (String line : call.need("data").split("\n")) {
      if (line.isBlank() || line.stripLeading().startsWith("#")) {
        continue;
      }
      List<String> words = List.of(line.split("\\s+"));
      if (!ADDRESS.matcher(words.getFirst()).matches()) {
        throw ApiError.parameter("data", "Invalid IP '" + words.getFirst() + "'");
      }
      for (String name : words.subList(1, words.size())) {
        if (!HOST.matcher(name).matches()) {
          throw ApiError.parameter("data", "Invalid Hostname '" + name + "'");
        }
      }
    }
    network.hosts(call.need("data"));
    return null;
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
