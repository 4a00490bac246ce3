package pivm.engine.manifest;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What may be said about a node's network, by the names of Proxmox's own API (pve-manager,
 * PVE/API2/Network.pm). These tables drive reading and the published JSON Schema.
 */
final class NetworkFields {
  static final String IP =
      "(\\d{1,3}(\\.\\d{1,3}){3}|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*(\\d{1,3}(\\.\\d{1,3}){3})?)";
  private static final String IFACE = "[A-Za-z][A-Za-z0-9_]{1,20}([:.]\\d+)?";
  private static final Shape.Pattern INTERFACE =
      new Shape.Pattern(IFACE, "an interface's name: vmbr0, bond0, nic0, vmbr0.20");
  private static final Shape.Pattern ADDRESS = new Shape.Pattern(IP, "an IP address");
  private static final Shape.Pattern SUBNET =
      new Shape.Pattern(IP + "/\\d{1,3}", "an address with its prefix: 10.20.0.11/24");
  private static final Shape.Pattern NAME =
      new Shape.Pattern("[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?", "a DNS name");

  static final Fields INTERFACE_FIELDS =
      new Fields()
          .plain("iface", INTERFACE, false, "The interface's name")
          .plain(
              "type",
              new Shape.Choice(List.of("bridge", "bond", "eth", "vlan")),
              false,
              "Bridge, bond, physical card or VLAN; Open vSwitch is left as it is")
          .plain(
              "state",
              new Shape.Choice(List.of("present", "absent")),
              false,
              "absent: its configuration is removed")
          .plain("cidr", SUBNET, true, "IPv4 address with prefix")
          .plain("gateway", ADDRESS, true, "IPv4 default gateway")
          .plain("cidr6", SUBNET, true, "IPv6 address with prefix")
          .plain("gateway6", ADDRESS, true, "IPv6 default gateway")
          .plain("bridge_ports", new Shape.Names(), true, "What the bridge connects to the outside")
          .plain("bridge_vlan_aware", new Shape.Flag(), true, "Whether guests may use VLAN tags")
          .plain(
              "bridge_vids",
              new Shape.Pattern(
                  "\\d+(-\\d+)?([ ,;]+\\d+(-\\d+)?)*", "VLANs and ranges of them: 2 4 100-200"),
              true,
              "VLANs that a VLAN-aware bridge lets through; 2-4094 where left out")
          .plain(
              "bond_mode",
              new Shape.Choice(
                  List.of(
                      "balance-rr",
                      "active-backup",
                      "balance-xor",
                      "broadcast",
                      "802.3ad",
                      "balance-tlb",
                      "balance-alb")),
              false,
              "How the bond uses its cards")
          .plain("slaves", new Shape.Names(), false, "The bond's cards")
          .plain("bond-primary", INTERFACE, true, "Preferred card of an active-backup bond")
          .plain(
              "bond_xmit_hash_policy",
              new Shape.Choice(List.of("layer2", "layer2+3", "layer3+4")),
              true,
              "How balance-xor and 802.3ad choose the card")
          .plain("vlan-id", new Shape.Whole(1, 4094), false, "The VLAN's number")
          .plain("vlan-raw-device", INTERFACE, false, "What the VLAN is on")
          .plain("mtu", new Shape.Whole(1280, 65_520), true, "Largest packet, in bytes")
          .plain("autostart", new Shape.Flag(), false, "Whether it is brought up at boot")
          .plain(
              "comments", new Shape.Pattern("(?s).*", "any text"), true, "What people should know");

  static final Fields DNS =
      new Fields()
          .plain("search", NAME, false, "Search domain")
          .plain("servers", new Shape.Names(), false, "Up to three name servers, in order");

  static final Fields HOST =
      new Fields()
          .plain("address", ADDRESS, false, "The address")
          .plain("names", new Shape.Names(), false, "Its names, the full one first")
          .plain(
              "state",
              new Shape.Choice(List.of("present", "absent")),
              false,
              "absent: the address has no entry");

  /** Fields that only some types of interface have. */
  static final Map<String, Set<String>> TYPES =
      Map.of(
          "bridge_ports", Set.of("bridge"),
          "bridge_vlan_aware", Set.of("bridge"),
          "bridge_vids", Set.of("bridge"),
          "bond_mode", Set.of("bond"),
          "slaves", Set.of("bond"),
          "bond-primary", Set.of("bond"),
          "bond_xmit_hash_policy", Set.of("bond"),
          "vlan-id", Set.of("vlan"),
          "vlan-raw-device", Set.of("vlan"));

  private NetworkFields() {}
}
