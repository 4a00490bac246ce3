package pivm.engine.network;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.config.Subnet;

/** The settings of an interface that Proxmox's API takes, and one spelling for each value. */
final class NetworkKeys {
  /** In pve-manager, PVE/API2/Network.pm; {@code address} and {@code netmask} are in cidr. */
  static final List<String> ALL =
      List.of(
          "autostart",
          "bond-primary",
          "bond_mode",
          "bond_xmit_hash_policy",
          "bridge_ports",
          "bridge_vids",
          "bridge_vlan_aware",
          "cidr",
          "cidr6",
          "comments",
          "gateway",
          "gateway6",
          "mtu",
          "ovs_bonds",
          "ovs_bridge",
          "ovs_options",
          "ovs_ports",
          "ovs_tag",
          "slaves",
          "vlan-id",
          "vlan-raw-device");

  static final String EVERY_VLAN = "2-4094";
  static final String ROUND_ROBIN = "balance-rr";

  private static final Pattern SEPARATORS = Pattern.compile("[\\s,;]+");

  private NetworkKeys() {}

  /** The one spelling of a value; null for a value that is the same as none. */
  static @Nullable String normal(String key, String value) {
    return switch (key) {
      case "autostart", "bridge_vlan_aware" -> value.equals("1") ? "1" : null;
      case "bridge_ports", "slaves", "ovs_ports", "ovs_bonds" -> unlessEmpty(list(value));
      case "bridge_vids" -> unlessEmpty(vlans(value));
      case "cidr", "cidr6" -> Objects.toString(Subnet.parse(value), value);
      case "gateway", "gateway6" -> Objects.requireNonNullElse(Subnet.address(value), value);
      // what Proxmox writes for a bond that says nothing
      case "bond_mode" -> value.equals(ROUND_ROBIN) ? null : unlessEmpty(value);
      case "comments" -> unlessEmpty(comments(value));
      default -> unlessEmpty(value.trim());
    };
  }

  private static @Nullable String unlessEmpty(String text) {
    return text.isEmpty() ? null : text;
  }

  /** The names in a list, sorted, once each. */
  static List<String> names(@Nullable String list) {
    if (list == null) {
      return List.of();
    }
    var names = new TreeSet<>(Arrays.asList(SEPARATORS.split(list.trim())));
    names.remove("");
    names.remove("none");
    return List.copyOf(names);
  }

  private static String list(String value) {
    return String.join(" ", names(value));
  }

  private static String vlans(String value) {
    return Arrays.stream(SEPARATORS.split(value.trim()))
        .filter(one -> !one.isEmpty())
        .sorted(java.util.Comparator.comparingInt(one -> Integer.parseInt(one.split("-")[0])))
        .distinct()
        .collect(Collectors.joining(" "));
  }

  /** Proxmox ends each line with a line break and drops blanks before it. */
  private static String comments(String value) {
    String text = value.lines().map(String::stripTrailing).collect(Collectors.joining("\n"));
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == '\n') {
      end--;
    }
    return text.substring(0, end);
  }
}
