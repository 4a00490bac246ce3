package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.GuestConfig;
import pivm.simulator.config.Kind;
import pivm.simulator.json.Doc;

/** {@code …/cloudinit}: what the cloud-init drive of a VM says. */
final class CloudInitApi {
  private static final List<String> KEYS =
      List.of(
          "cicustom",
          "cipassword",
          "citype",
          "ciuser",
          "nameserver",
          "searchdomain",
          "sshkeys",
          "name");

  private CloudInitApi() {}

  static void register(Router router) {
    router.get(QemuApi.ONE + "/cloudinit", CloudInitApi::pending);
    router.put(QemuApi.ONE + "/cloudinit", CloudInitApi::regenerate);
    router.get(QemuApi.ONE + "/cloudinit/dump", CloudInitApi::dump);
  }

  private static List<Doc> pending(Call call) {
    var config = QemuApi.guest(call).config();
    List<Doc> found = new ArrayList<>();
    for (String key : KEYS) {
      var value = config.get(key);
      if (value != null && !key.equals("name")) {
        found.add(new Doc().put("key", key).put("value", Values.shown(Kind.QEMU, key, value)));
      }
    }
    return found;
  }

  private static @Nullable Void regenerate(Call call) {
    QemuApi.guest(call).checkLock();
    return null;
  }

  private static String dump(Call call) {
    var guest = QemuApi.guest(call);
    return switch (call.need("type")) {
      case "user" -> user(guest.config(), guest.vmid());
      case "network" -> network(guest.config(), call.cluster().node(guest.node()).dns());
      default ->
          "instance-id: "
              + pivm.simulator.config.Digests.sha1(user(guest.config(), guest.vmid()))
              + "\n";
    };
  }

  private static String user(GuestConfig config, int vmid) {
    String host = config.get("name", "VM" + vmid);
    var out = new StringBuilder("#cloud-config\nhostname: " + host + "\nmanage_etc_hosts: true\n");
    out.append("fqdn: ").append(host).append('\n');
    if (config.has("ciuser")) {
      out.append("user: ").append(config.get("ciuser")).append('\n');
    }
    if (config.has("cipassword")) {
      out.append("password: ").append(config.get("cipassword")).append('\n');
    }
    var keys = config.get("sshkeys");
    if (keys != null) {
      out.append("ssh_authorized_keys:\n");
      java.net.URLDecoder.decode(keys.replace("+", "%2B"), java.nio.charset.StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank())
          .forEach(line -> out.append("  - ").append(line).append('\n'));
    }
    out.append("chpasswd:\n  expire: False\nusers:\n  - default\n");
    if (!"0".equals(config.get("ciupgrade"))) {
      out.append("package_upgrade: true\n");
    }
    return out.toString();
  }

  private static String network(GuestConfig config, Map<String, String> dns) {
    var out = new StringBuilder("version: 1\nconfig:\n");
    for (int i = 0; i < 32; i++) {
      var net = config.get("net" + i);
      var ip = config.get("ipconfig" + i);
      if (net != null && ip != null) {
        String mac = Power.network(Kind.QEMU).parse(net).getOrDefault("macaddr", "");
        out.append("    - type: physical\n      name: eth").append(i);
        out.append("\n      mac_address: '").append(mac.toLowerCase(Locale.ROOT)).append("'\n");
        out.append("      subnets:\n");
        subnets(out, ip);
      }
    }
    out.append("    - type: nameserver\n      address:\n");
    out.append("      - '")
        .append(config.get("nameserver", dns.getOrDefault("dns1", "")))
        .append("'\n");
    out.append("      search:\n      - '");
    out.append(config.get("searchdomain", dns.getOrDefault("search", ""))).append("'\n");
    return out.toString();
  }

  private static void subnets(StringBuilder out, String ipConfig) {
    String gateway = null;
    String address = null;
    for (String part : ipConfig.split(",")) {
      String value = part.substring(part.indexOf('=') + 1);
      switch (part.substring(0, Math.max(0, part.indexOf('=')))) {
        case "ip" -> {
          if (value.equals("dhcp")) {
            out.append("      - type: dhcp4\n");
          } else {
            address = value;
          }
        }
        case "gw" -> gateway = value;
        case "ip6" -> out.append(six(value));
        default -> {}
      }
    }
    if (address != null) {
      out.append("      - type: static\n        address: '");
      out.append(address.replaceFirst("/.*", "")).append("'\n");
      if (gateway != null) {
        out.append("        gateway: '").append(gateway).append("'\n");
      }
    }
  }

  private static String six(String value) {
    return switch (value) {
      case "auto" -> "      - type: ipv6_slaac\n";
      case "dhcp" -> "      - type: dhcp6\n";
      default -> "      - type: static6\n        address: '" + value + "'\n";
    };
  }
}
