package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import pivm.simulator.config.Kind;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Guest;

/** {@code …/agent}: the QEMU guest agent, as far as it tells about the guest. */
final class AgentApi {
  private static final int BOOT_SECONDS = 15;

  private AgentApi() {}

  static void register(Router router) {
    String agent = QemuApi.ONE + "/agent/";
    router.post(QemuApi.ONE + "/agent", c -> result(c, new Doc()));
    router.post(agent + "ping", c -> result(c, new Doc()));
    router.get(agent + "network-get-interfaces", c -> result(c, interfaces(QemuApi.guest(c))));
    router.get(agent + "get-osinfo", c -> result(c, system()));
    router.get(agent + "info", c -> result(c, Doc.of("version", "9.2.0")));
    router.get(
        agent + "get-host-name", c -> result(c, Doc.of("host-name", QemuApi.guest(c).name())));
    router.post(agent + "exec", AgentApi::execute);
    router.get(agent + "exec-status", AgentApi::executed);
    router.post(agent + "fsfreeze-freeze", c -> result(c, 1));
    router.post(agent + "fsfreeze-thaw", c -> result(c, 1));
    router.post(agent + "fstrim", c -> result(c, Doc.of("paths", List.of())));
  }

  /** A simulated guest runs nothing, so whatever is executed ends at once and prints nothing. */
  private static Doc execute(Call call) {
    reachable(call);
    return Doc.of("pid", 1000);
  }

  private static Doc executed(Call call) {
    reachable(call);
    return new Doc().put("exited", 1).put("exitcode", 0).put("out-data", "");
  }

  private static Doc result(Call call, Object value) {
    reachable(call);
    return Doc.of("result", value);
  }

  private static void reachable(Call call) {
    var guest = QemuApi.guest(call);
    if (!guest.config().get("agent", "0").matches("(enabled=)?1.*")) {
      throw ApiError.die("No QEMU guest agent configured");
    }
    if (!guest.isRunning()) {
      throw ApiError.die("VM " + guest.vmid() + " is not running");
    }
    boolean booted = guest.uptime(call.cluster().time().millis()) >= BOOT_SECONDS;
    if (!guest.isCooperative() || !booted) {
      throw ApiError.die("QEMU guest agent is not running");
    }
  }

  private static Doc system() {
    return new Doc()
        .put("id", "debian")
        .put("name", "Debian GNU/Linux")
        .put("pretty-name", "Debian GNU/Linux 13 (trixie)")
        .put("version", "13 (trixie)")
        .put("version-id", "13")
        .put("kernel-release", "6.12.0-1-amd64")
        .put("machine", "x86_64");
  }

  private static List<Doc> interfaces(Guest guest) {
    List<Doc> found = new ArrayList<>();
    found.add(
        new Doc()
            .put("name", "lo")
            .put("hardware-address", "00:00:00:00:00:00")
            .put("ip-addresses", List.of(address("127.0.0.1", 8))));
    int number = 0;
    for (var entry : guest.config().values().entrySet()) {
      if (pivm.simulator.config.Keys.isNet(entry.getKey())) {
        String mac = Power.network(Kind.QEMU).parse(entry.getValue()).getOrDefault("macaddr", "");
        String ip = "10.213." + (guest.vmid() / 250 % 250) + "." + (guest.vmid() % 250 + 2);
        found.add(
            new Doc()
                .put("name", "eth" + number++)
                .put("hardware-address", mac.toLowerCase(Locale.ROOT))
                .put("ip-addresses", List.of(address(ip, 24))));
      }
    }
    return found;
  }

  private static Doc address(String ip, int prefix) {
    return new Doc().put("ip-address", ip).put("ip-address-type", "ipv4").put("prefix", prefix);
  }
}
