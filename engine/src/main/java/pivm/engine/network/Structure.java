package pivm.engine.network;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What Proxmox refuses to write as a whole, in clearer words (pve-common,
 * src/PVE/Network/Interfaces.pm, __write_etc_network_interfaces; pve-manager, PVE/API2/Network.pm).
 * Empty for a network that it takes.
 */
final class Structure {
  private static final int DEFAULT_MTU = 1500;

  private final SortedMap<String, Interface> all;
  private final List<String> problems = new ArrayList<>();

  private Structure(SortedMap<String, Interface> all) {
    this.all = all;
  }

  static List<String> problems(SortedMap<String, Interface> interfaces) {
    var structure = new Structure(interfaces);
    structure.gateways("gateway", "IPv4");
    structure.gateways("gateway6", "IPv6");
    structure.members();
    interfaces.values().forEach(structure::one);
    return structure.problems;
  }

  private void gateways(String key, String family) {
    var with =
        all.values().stream()
            .filter(one -> one.settings().containsKey(key))
            .map(Interface::name)
            .toList();
    if (with.size() > 1) {
      problems.add(
          String.join(" and ", with)
              + " both have an "
              + family
              + " gateway; a node has one default gateway");
    }
  }

  private void members() {
    Map<String, String> users = new TreeMap<>();
    for (Interface one : all.values()) {
      for (String member : one.members()) {
        String other = users.putIfAbsent(member, one.name());
        if (other != null && !other.equals(one.name())) {
          problems.add(
              member + " is used by " + other + " and by " + one.name() + "; it can serve one");
        }
      }
    }
  }

  private void one(Interface one) {
    switch (one.type()) {
      case "bridge" -> bridge(one);
      case "bond" -> bond(one);
      case "vlan" -> vlan(one);
      default -> {}
    }
  }

  private void bridge(Interface bridge) {
    for (String name : bridge.members()) {
      Interface port = port(name);
      if (port == null) {
        problems.add(bridge.name() + " names the port " + name + ", which the node does not have");
        continue;
      }
      if (port.settings().containsKey("cidr") || port.settings().containsKey("cidr6")) {
        problems.add(
            name
                + " has an address and is a port of "
                + bridge.name()
                + "; the address belongs to the bridge");
      }
      mtu(port, bridge);
    }
  }

  /** A port like {@code nic0.20} needs no configuration of its own; it is made with the bridge. */
  private @Nullable Interface port(String name) {
    Interface port = all.get(name);
    int dot = name.lastIndexOf('.');
    Interface raw = port == null && dot > 0 ? all.get(name.substring(0, dot)) : null;
    if (raw == null) {
      return port;
    }
    Interface made = Interface.made(name, "vlan");
    String mtu = raw.setting("mtu");
    return mtu == null ? made : made.with(new TreeMap<>(Map.of("mtu", mtu)));
  }

  private void bond(Interface bond) {
    for (String name : bond.members()) {
      Interface card = all.get(name);
      if (card == null) {
        problems.add(bond.name() + " names the card " + name + ", which the node does not have");
      } else if (!Set.of("eth", "bond").contains(card.type())) {
        problems.add(
            bond.name() + " names " + name + ", which is of type " + card.type() + "; use cards");
      } else {
        mtu(bond, card);
      }
    }
    String primary = bond.setting("bond-primary");
    if (primary != null && !bond.members().contains(primary)) {
      problems.add("bond-primary " + primary + " is no card of " + bond.name());
    }
  }

  private void vlan(Interface vlan) {
    String raw = vlan.rawDevice();
    Interface parent = raw == null ? null : all.get(raw);
    if (parent == null) {
      problems.add(vlan.name() + " is on " + raw + ", which the node does not have");
    } else if (!Set.of("eth", "bridge", "bond", "vlan").contains(parent.type())) {
      problems.add(
          vlan.name() + " is on " + raw + " of type " + parent.type() + ", which carries no VLANs");
    } else {
      mtu(parent, vlan);
    }
  }

  private void mtu(Interface below, Interface above) {
    Integer wanted = above.mtu();
    if (wanted == null) {
      return;
    }
    int otherwise = below.type().equals("bond") ? wanted : DEFAULT_MTU;
    int carried = Objects.requireNonNullElse(below.mtu(), otherwise);
    if (carried < wanted) {
      problems.add(
          above.name()
              + " has an MTU of "
              + wanted
              + ", but "
              + below.name()
              + " carries "
              + carried
              + "; give "
              + below.name()
              + " as much");
    }
  }
}
