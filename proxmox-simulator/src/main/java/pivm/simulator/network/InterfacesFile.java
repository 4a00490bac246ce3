package pivm.simulator.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.Doc;

/**
 * What stands in the file, as Proxmox understands it (pve-common, src/PVE/Network/Interfaces.pm).
 *
 * @param interfaces by name
 * @param lines those that Proxmox keeps without understanding them, each after the interface of the
 *     number before it
 */
public record InterfacesFile(Map<String, Doc> interfaces, List<Line> lines) {
  private static final Pattern START =
      Pattern.compile("\\s*(?:allow-auto|auto|allow-ovs|allow-hotplug)\\s+(.*)");
  private static final Pattern IFACE =
      Pattern.compile("\\s*iface\\s+(\\S+)(?:\\s+(inet6?)\\s+(\\S+))?\\s*");
  private static final Pattern NEXT =
      Pattern.compile("\\s*(?:(?:iface|mapping|auto|source|source-directory)\\s|allow-).*");
  private static final Pattern COMMENT = Pattern.compile("\\s*#(.*?)\\s*");
  private static final Pattern OPTION = Pattern.compile("\\s*((\\S+)\\s+(.+))");
  private static final Map<String, String> SPELLINGS =
      Map.of(
          "ovs_mtu", "mtu",
          "bond-slaves", "slaves",
          "bond_slaves", "slaves",
          "bond-xmit-hash-policy", "bond_xmit_hash_policy",
          "bond-mode", "bond_mode",
          "bond-miimon", "bond_miimon",
          "bridge-vlan-aware", "bridge_vlan_aware",
          "bridge-fd", "bridge_fd",
          "bridge-stp", "bridge_stp");
  private static final Set<String> SIMPLE =
      Set.of(
          "mtu",
          "ovs_type",
          "ovs_options",
          "ovs_bridge",
          "ovs_bonds",
          "ovs_ports",
          "bridge_fd",
          "bridge_vids",
          "bond_miimon",
          "bond_xmit_hash_policy",
          "bond-primary",
          "bond_mode",
          "vlan-raw-device",
          "vlan-id");

  /** A line that is kept as it is. */
  public record Line(int priority, String text) {}

  /**
   * Reads the file.
   *
   * @param cards that the node has, whether they are in the file or not
   */
  public static InterfacesFile read(String text, Set<String> cards) {
    return new Reading(text, cards).read();
  }

  private static final class Reading {
    private final List<String> text;
    private final Set<String> cards;
    private final Map<String, Doc> found = new TreeMap<>();
    private final List<Line> kept = new ArrayList<>();
    private int at;
    private int priority = 2;

    Reading(String text, Set<String> cards) {
      this.text = text.lines().toList();
      this.cards = cards;
    }

    InterfacesFile read() {
      while (at < text.size()) {
        String line = text.get(at++);
        Matcher start = START.matcher(line);
        Matcher iface = IFACE.matcher(line);
        if (line.matches("\\s*#.*")) {
          continue;
        }
        if (start.matches()) {
          for (String name : start.group(1).split("\\s+")) {
            named(name).put("autostart", 1);
          }
        } else if (iface.matches()) {
          section(iface.group(1), iface.group(2), iface.group(3));
        } else if (line.matches(".*\\w.*")) {
          kept.add(new Line(priority++, line));
        }
      }
      cards.forEach(card -> named(card).put("exists", 1));
      found.forEach(this::finish);
      found.remove("lo");
      return new InterfacesFile(found, kept);
    }

    private Doc named(String name) {
      return found.computeIfAbsent(name, n -> Doc.of("iface", n));
    }

    private void section(String name, @Nullable String family, @Nullable String method) {
      var iface = named(name);
      String suffix = "inet6".equals(family) ? "6" : "";
      if (!iface.has("priority")) {
        iface.put("priority", priority++);
      }
      add(iface, "families", family == null ? "inet" : family);
      if (family != null) {
        iface.put("method" + suffix, method);
      }
      while (at < text.size()) {
        String line = text.get(at).stripTrailing();
        Matcher comment = COMMENT.matcher(line);
        Matcher option = OPTION.matcher(line);
        if (comment.matches()) {
          String old = iface.text("comments");
          iface.put("comments", (old == null ? "" : old) + comment.group(1) + "\n");
        } else if (NEXT.matcher(line + " ").matches() || !option.matches()) {
          break;
        } else {
          option(iface, suffix, option.group(2), option.group(3), option.group(1));
        }
        at++;
      }
    }

    private static void add(Doc iface, String member, String value) {
      List<Object> all = new ArrayList<>();
      if (iface.get(member) instanceof List<?> old) {
        all.addAll(old);
      }
      all.add(value);
      iface.put(member, all);
    }

    private static void option(Doc iface, String suffix, String id, String value, String whole) {
      String name = SPELLINGS.getOrDefault(id, id.replace("bridge-", "bridge_"));
      if (List.of("address", "netmask", "broadcast", "gateway").contains(name)) {
        iface.put(name + suffix, value);
      } else if (name.equals("slaves") || name.equals("bridge_ports")) {
        var ports = new java.util.TreeSet<>(List.of(value.split("\\s+")));
        ports.remove("none");
        iface.put(name, String.join(" ", ports));
      } else if (name.equals("bridge_stp")) {
        iface.put(name, value.matches("(?i)on|yes") ? "on" : "off");
      } else if (name.equals("bridge_vlan_aware")) {
        iface.put(name, 1);
      } else if (SIMPLE.contains(name)) {
        iface.put(name, value);
      } else {
        add(iface, "options" + suffix, whole);
      }
    }

    private void finish(String name, Doc iface) {
      type(name, iface);
      cidr(iface, "", 32);
      cidr(iface, "6", 128);
      for (String method : List.of("method", "method6")) {
        if (!iface.has(method)) {
          iface.put(method, "manual");
        }
      }
      if (!iface.has("families")) {
        iface.put("families", List.of("inet"));
      }
    }

    private void type(String name, Doc iface) {
      Matcher vlan = Pattern.compile("(\\S+)\\.(\\d+)").matcher(name);
      Matcher numbered = Pattern.compile("vlan(\\d+)").matcher(name);
      String type = "unknown";
      if (iface.has("bridge_ports")) {
        type = "bridge";
        if (!iface.has("bridge_stp")) {
          iface.put("bridge_stp", "off");
        }
        if (!iface.has("bridge_fd") && "off".equals(iface.text("bridge_stp"))) {
          iface.put("bridge_fd", "0");
        }
      } else if ("OVSBridge".equals(iface.text("ovs_type"))) {
        type = "OVSBridge";
      } else if (name.matches("bond\\d+")) {
        type = "bond";
      } else if (vlan.matches()) {
        type = "vlan";
        if (!iface.has("vlan-raw-device")) {
          iface.put("vlan-raw-device", vlan.group(1));
        }
        iface.put("vlan-id", vlan.group(2));
      } else if (iface.has("vlan-raw-device")) {
        type = "vlan";
        if (numbered.matches()) {
          iface.put("vlan-id", numbered.group(1));
        }
      } else if (cards.contains(name)
          || name.matches("(?:eth\\d+|en[^:.]+|ib[^:.]+|(?:nic|if)\\d+)")) {
        type = "eth";
      }
      iface.put("type", type);
    }

    private static void cidr(Doc iface, String suffix, int all) {
      String address = iface.text("address" + suffix);
      if (address == null) {
        return;
      }
      String netmask = iface.text("netmask" + suffix);
      int slash = address.indexOf('/');
      if (slash > 0) {
        iface.put("cidr" + suffix, address);
        iface.put("address" + suffix, address.substring(0, slash));
        iface.put("netmask" + suffix, address.substring(slash + 1));
      } else {
        iface.put("cidr" + suffix, address + "/" + (netmask == null ? all : bits(netmask)));
      }
    }

    private static String bits(String netmask) {
      if (netmask.indexOf('.') < 0) {
        return netmask;
      }
      int bits = 0;
      for (String part : netmask.split("\\.")) {
        bits += Integer.bitCount(Integer.parseInt(part));
      }
      return Integer.toString(bits);
    }
  }

  /** The interfaces with copies of their settings, to change. */
  public Map<String, Doc> copy() {
    Map<String, Doc> copy = new LinkedHashMap<>();
    interfaces.forEach((name, iface) -> copy.put(name, new Doc().putAll(iface)));
    return copy;
  }
}
