package pivm.engine.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pivm.engine.manifest.DesiredNetwork;
import pivm.engine.manifest.NetworkReader;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.Obstacle;
import pivm.proxmox.ApiCall;
import pivm.proxmox.json.JsonText;

class NodePlanTest {
  private static final String NETWORK =
      """
      [
       {"iface": "nic0", "type": "eth", "exists": 1, "active": 1, "method": "manual",
        "method6": "manual", "families": ["inet"], "priority": 3, "altnames": ["enp1s0"]},
       {"iface": "nic1", "type": "eth", "exists": 1, "method": "manual", "method6": "manual"},
       {"iface": "vmbr0", "type": "bridge", "method": "static", "method6": "manual", "autostart": 1,
        "address": "10.20.0.11", "netmask": "24", "cidr": "10.20.0.11/24", "gateway": "10.20.0.1",
        "bridge_ports": "nic0", "bridge_stp": "off", "bridge_fd": "0", "comments": "uplink\\n",
        "options": ["hwaddress 62:06:dd:5b:22:ce"]},
       {"iface": "vmbr1", "type": "bridge", "method": "manual", "method6": "manual", "autostart": 1,
        "bridge_ports": "", "bridge_vlan_aware": 1, "bridge_vids": "2-4094"},
       {"iface": "vmbr2", "type": "OVSBridge", "method": "manual", "method6": "manual"},
       {"iface": "vmbr3", "type": "bridge", "method": "dhcp", "method6": "manual"}
      ]
      """;

  private static final NodeFacts FACTS =
      new NodeFacts(
          new TreeMap<>(Map.of("10.20.0.11", "PIVM connects to it")),
          new TreeSet<>(List.of("10.20.0.11")),
          new TreeMap<>(Map.of("vmbr1", List.of("vm 101 web"))),
          new TreeMap<>(Map.of("vmbr1", List.of("vm 101 web"))),
          List.of());

  private static ObservedNetwork observed() {
    return new ObservedNetwork(
        NodeNetwork.of(JsonText.read(NETWORK), null),
        null,
        null,
        new NodeNetwork.Dns("lab.example", List.of("10.20.0.1")),
        new HostsFile(
            "127.0.0.1 localhost\n# ours\n10.20.0.11 pve-01.lab.example pve-01\n10.20.0.5\tnas\n",
            "6afc"),
        FACTS);
  }

  private static NodePlan plan(String interfaces) {
    return whole("{\"interfaces\": [" + interfaces + "]}");
  }

  private static NodePlan whole(String node) {
    NetworkReader.Result read =
        NetworkReader.read("network.json", "{\"nodes\": {\"pve-01\": " + node + "}}");
    assertThat(read.findings()).isEmpty();
    DesiredNetwork.OfNode desired = Objects.requireNonNull(read.network().nodes().get("pve-01"));
    return NodePlan.of("pve-01", desired, observed());
  }

  private static List<String> calls(NodePlan plan) {
    assertThat(plan.obstacles()).isEmpty();
    return plan.interfaces().stream().map(NodePlanTest::text).toList();
  }

  private static String text(ApiCall call) {
    return call.method()
        + call.path().substring("/nodes/pve-01/network".length())
        + " "
        + call.parameters();
  }

  private static String problem(NodePlan plan) {
    assertThat(plan.interfaces()).isEmpty();
    return String.join("\n", plan.obstacles().stream().map(Obstacle::sentence).toList());
  }

  @Test
  void whatIsAsDeclaredIsNotChanged() {
    NodePlan plan =
        plan(
            """
            {"iface": "vmbr0", "type": "bridge", "cidr": "10.20.0.11/24", "gateway": "10.20.0.1",
             "bridge_ports": ["nic0"], "comments": "uplink", "autostart": 1,
             "bridge_vlan_aware": false, "mtu": null},
            {"iface": "vmbr1", "type": "bridge", "bridge_ports": [], "bridge_vlan_aware": true,
             "bridge_vids": "2-4094", "cidr": null},
            {"iface": "nic0", "type": "eth"},
            {"iface": "vmbr9", "state": "absent"}
            """);
    assertThat(plan.changes()).isEmpty();
    assertThat(calls(plan)).isEmpty();
  }

  @Test
  void aChangeKeepsWhatIsNotDeclared() {
    NodePlan plan = plan("{\"iface\": \"vmbr0\", \"type\": \"bridge\", \"mtu\": 1400}");
    assertThat(calls(plan))
        .containsExactly("PUT/vmbr0 {cidr=10.20.0.11/24, mtu=1400, type=bridge}");
    assertThat(plan.changes())
        .singleElement()
        .satisfies(change -> {
          assertThat(change.subject()).isEqualTo("interface vmbr0");
          assertThat(change.fields()).extracting(FieldChange::path).containsExactly("mtu");
          assertThat(change.notes())
              .anySatisfy(note -> assertThat(note).contains("corosync's link 10.20.0.11"));
        });
  }

  @Test
  void whatIsTakenBackIsDeleted() {
    assertThat(calls(plan("{\"iface\": \"vmbr0\", \"type\": \"bridge\", \"gateway\": null}")))
        .containsExactly("PUT/vmbr0 {cidr=10.20.0.11/24, delete=gateway, type=bridge}");
  }

  @Test
  void aNewInterfaceIsBroughtUpAtBoot() {
    assertThat(
            calls(
                plan(
                    "{\"iface\": \"vmbr5\", \"type\": \"bridge\", \"cidr\": \"10.5.0.1/24\"},"
                        + "{\"iface\": \"vmbr0.7\", \"type\": \"vlan\"}")))
        .containsExactlyInAnyOrder(
            "POST {autostart=1, cidr=10.5.0.1/24, iface=vmbr5, type=bridge}",
            "POST {autostart=1, iface=vmbr0.7, type=vlan}");
  }

  @Test
  void thePortsOfABridgeBecomeABondInAnOrderThatProxmoxTakes() {
    assertThat(
            calls(
                plan(
                    """
                    {"iface": "bond0", "type": "bond", "slaves": ["enp1s0", "nic1"],
                     "bond_mode": "active-backup", "bond-primary": "enp1s0"},
                    {"iface": "vmbr0", "type": "bridge", "bridge_ports": "bond0"}
                    """)))
        .containsExactly(
            "PUT/vmbr0 {cidr=10.20.0.11/24, delete=bridge_ports, type=bridge}",
            "POST {autostart=1, bond-primary=nic0, bond_mode=active-backup, iface=bond0,"
                + " slaves=nic0 nic1, type=bond}",
            "PUT/vmbr0 {bridge_ports=bond0, cidr=10.20.0.11/24, type=bridge}");
  }

  @Test
  void anAddressAndItsGatewayMoveWithoutStandingTwice() {
    List<String> calls =
        calls(
            plan(
                """
                {"iface": "vmbr0", "type": "bridge", "cidr": null, "gateway": null,
                 "bridge_vlan_aware": true},
                {"iface": "vmbr0.20", "type": "vlan", "cidr": "10.20.0.11/24",
                 "gateway": "10.20.0.1"}
                """));
    assertThat(calls)
        .containsExactly(
            "PUT/vmbr0 {bridge_vlan_aware=1, delete=cidr,gateway, type=bridge}",
            "POST {autostart=1, cidr=10.20.0.11/24, gateway=10.20.0.1, iface=vmbr0.20, type=vlan}");
  }

  @Test
  void aLargerMtuGoesFromTheCardUpwards() {
    assertThat(
            calls(
                plan(
                    "{\"iface\": \"vmbr0\", \"type\": \"bridge\", \"mtu\": 9000},"
                        + "{\"iface\": \"nic0\", \"type\": \"eth\", \"mtu\": 9000}")))
        .containsExactly(
            "PUT/nic0 {mtu=9000, type=eth}",
            "PUT/vmbr0 {cidr=10.20.0.11/24, mtu=9000, type=bridge}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"iface": "vmbr0", "type": "bridge", "cidr": "10.20.0.12/24"} | would lose 10.20.0.11: PIVM connects to it
          {"iface": "vmbr0", "state": "absent"} | would lose 10.20.0.11
          {"iface": "vmbr0", "type": "bridge", "autostart": false} | would not be brought up
          {"iface": "vmbr0", "type": "bridge", "bridge_ports": []} | would lead to no network card
          {"iface": "vmbr0", "type": "bridge", "bridge_ports": ["nic7"]} | which the node does not have
          {"iface": "vmbr1", "type": "bridge", "bridge_ports": ["nic0"]} | nic0 is used by vmbr0 and by vmbr1
          {"iface": "vmbr1", "state": "absent"} | vm 101 web has a card on it
          {"iface": "vmbr1", "type": "bridge", "bridge_vlan_aware": false} | use VLAN tags on it
          {"iface": "vmbr1", "type": "bridge", "gateway": "10.0.0.1"} | both have an IPv4 gateway
          {"iface": "vmbr1", "type": "bridge", "gateway6": "fd00::1"} | has the gateway fd00:0:0:0:0:0:0:1 and no address
          {"iface": "vmbr0", "type": "bridge", "gateway": "10.20.1.1"} | which is not in 10.20.0.11/24
          {"iface": "vmbr1", "type": "bridge", "cidr": "10.20.0.11/16"} | both have 10.20.0.11
          {"iface": "vmbr1", "type": "vlan", "vlan-id": 4, "vlan-raw-device": "vmbr0"} | a type never changes
          {"iface": "vmbr0", "type": "bridge", "mtu": 9000} | nic0 carries 1500
          {"iface": "vlan8", "type": "vlan", "vlan-raw-device": "nic9"} | is on nic9, which the node does not have
          {"iface": "bond1", "type": "bond", "slaves": ["vmbr1"]} | which is of type bridge
          {"iface": "bond1", "type": "bond"} | has no cards
          {"iface": "nic0", "type": "eth", "cidr": "10.9.0.1/24"} | the address belongs to the bridge
          {"iface": "nic9", "type": "eth"} | there is no network card nic9; cards there are: nic0, nic1
          {"iface": "nic0", "state": "absent"} | is a network card, which stays
          {"iface": "vmbr2", "type": "bridge"} | Open vSwitch is left as it is
          {"iface": "vmbr3", "type": "bridge", "mtu": 1400} | by dhcp, which Proxmox's API drops
          """)
  void whatWouldCutOffTheNodeOrItsGuestsIsNotPlanned(String entry, String message) {
    assertThat(problem(plan(entry))).contains(message);
  }

  @Test
  void someoneElsesPendingChangesBlock() {
    ObservedNetwork now = observed();
    var other =
        new ObservedNetwork(now.network(), "+iface x", null, now.dns(), now.hosts(), now.facts());
    DesiredNetwork.OfNode desired =
        Objects.requireNonNull(
            NetworkReader.read("n", "[{\"iface\": \"vmbr5\", \"type\": \"bridge\"}]")
                .network()
                .single());
    assertThat(problem(NodePlan.of("pve-01", desired, other)))
        .contains("someone else's changes wait")
        .contains("pvesh delete /nodes/pve-01/network");
  }

  @Test
  void guestsThatCantBeSeenKeepABridge() {
    ObservedNetwork now = observed();
    var facts =
        new NodeFacts(
            new TreeMap<>(), new TreeSet<>(), new TreeMap<>(), new TreeMap<>(), List.of("vm 105"));
    var unseen = new ObservedNetwork(now.network(), null, null, null, null, facts);
    DesiredNetwork.OfNode desired =
        Objects.requireNonNull(
            NetworkReader.read("n", "[{\"iface\": \"vmbr1\", \"state\": \"absent\"}]")
                .network()
                .single());
    assertThat(problem(NodePlan.of("pve-01", desired, unseen))).contains("vm 105 can't be seen");
  }

  @Test
  void nameServersAndHostsAreWrittenOnlyWhereTheyDiffer() {
    NodePlan same =
        whole(
            """
            {"dns": {"servers": "10.20.0.1"},
             "hosts": [{"address": "10.20.0.5", "names": "nas"},
                       {"address": "10.20.0.6", "state": "absent"}]}
            """);
    assertThat(same.changes()).isEmpty();
    assertThat(same.others()).isEmpty();
    NodePlan other =
        whole(
            """
            {"dns": {"servers": ["10.20.0.1", "10.20.0.2"]},
             "hosts": [{"address": "10.20.0.5", "names": ["nas.lab.example", "nas"]},
                       {"address": "10.20.0.7", "names": "backup"}]}
            """);
    assertThat(Objects.requireNonNull(other.others().get("dns")).parameters())
        .isEqualTo(Map.of("search", "lab.example", "dns1", "10.20.0.1", "dns2", "10.20.0.2"));
    assertThat(Objects.requireNonNull(other.others().get("hosts")).parameters())
        .containsEntry("digest", "6afc")
        .containsEntry(
            "data",
            """
            127.0.0.1 localhost
            # ours
            10.20.0.11 pve-01.lab.example pve-01
            10.20.0.5 nas.lab.example nas
            10.20.0.7 backup
            """);
  }

  @Test
  void theNodesOwnNameKeepsItsAddress() {
    NodePlan plan = whole("{\"hosts\": [{\"address\": \"10.20.0.11\", \"state\": \"absent\"}]}");
    assertThat(problem(plan)).contains("the name pve-01 would no longer lead to");
    assertThat(plan.others()).isEmpty();
  }
}
