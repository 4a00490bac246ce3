package pivm.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pivm.proxmox.json.JsonText;

class NetworkReaderTest {
  private static final SortedSet<String> TWO = new TreeSet<>(List.of("pve-01", "pve-02"));
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(NetworkSchema.text(), InputFormat.JSON);

  private static final String WHOLE =
      """
      {
        // the management network
        "nodes": {
          "*": [{"iface": "vmbr0", "type": "bridge", "mtu": 9000, "autostart": true}],
          "pve-01": {
            "interfaces": [
              {"iface": "bond0", "type": "bond", "slaves": ["nic1", "nic0"], "bond_mode": "802.3ad"},
              {"iface": "vmbr0", "type": "bridge", "cidr": "10.20.0.11/24", "gateway": "10.20.0.1",
               "bridge_ports": "bond0", "bridge_vlan_aware": true, "comments": "uplink"},
              {"iface": "vmbr0.20", "type": "vlan", "cidr6": "FD00:0:0::11/64"},
              {"iface": "vmbr9", "state": "absent"},
            ],
            "dns": {"search": "lab.example", "servers": ["10.20.0.1", "fd00::1"]},
            "hosts": [{"address": "10.20.0.5", "names": ["nas.lab.example", "nas"]}],
          },
          "pve-02": [],
        },
      }
      """;

  private static DesiredNetwork read(String text) {
    NetworkReader.Result result = NetworkReader.read("network.json", text);
    assertThat(result.findings()).isEmpty();
    return result.network();
  }

  private static List<String> findings(String text) {
    return NetworkReader.read("network.json", text).findings().stream()
        .map(Finding::toString)
        .toList();
  }

  private static DesiredInterface only(DesiredNetwork.OfNode node, String name) {
    return node.interfaces().stream()
        .filter(one -> one.name().equals(name))
        .findAny()
        .orElseThrow();
  }

  @Test
  void aNodesInterfacesAreReadByProxmoxsNames() {
    DesiredNetwork.OfNode node = Objects.requireNonNull(read(WHOLE).of("pve-01", TWO));
    assertThat(only(node, "bond0").set())
        .isEqualTo(Map.of("bond_mode", "802.3ad", "slaves", "nic0 nic1"));
    assertThat(only(node, "vmbr0.20").set())
        .isEqualTo(
            Map.of("cidr6", "fd00:0:0:0:0:0:0:11/64", "vlan-id", "20", "vlan-raw-device", "vmbr0"));
    assertThat(only(node, "vmbr9").absent()).isTrue();
    assertThat(node.dns())
        .isEqualTo(
            new DesiredNetwork.Dns("lab.example", List.of("10.20.0.1", "fd00:0:0:0:0:0:0:1")));
    assertThat(node.hosts())
        .singleElement()
        .satisfies(host -> assertThat(host.names()).containsExactly("nas.lab.example", "nas"));
  }

  @Test
  void whatEveryNodeHasIsCompletedByTheNodesOwn() {
    DesiredNetwork network = read(WHOLE);
    DesiredNetwork.OfNode one = Objects.requireNonNull(network.of("pve-01", TWO));
    DesiredNetwork.OfNode other = Objects.requireNonNull(network.of("pve-02", TWO));
    assertThat(only(one, "vmbr0").set())
        .containsEntry("mtu", "9000")
        .containsEntry("cidr", "10.20.0.11/24");
    assertThat(only(other, "vmbr0").set()).isEqualTo(Map.of("mtu", "9000", "autostart", "1"));
  }

  @Test
  void aListIsForASingleNodeOnly() {
    DesiredNetwork network = read("[{\"iface\": \"vmbr1\", \"type\": \"bridge\"}]");
    assertThat(network.of("pve-01", new TreeSet<>(List.of("pve-01")))).isNotNull();
    assertThat(network.of("pve-01", TWO)).isNull();
    assertThat(read("[]").isEmpty()).isTrue();
  }

  @Test
  void nullMeansNotSet() {
    DesiredNetwork.OfNode node =
        Objects.requireNonNull(
            read("[{\"iface\": \"vmbr1\", \"type\": \"bridge\", \"gateway\": null, \"mtu\": null}]")
                .single());
    assertThat(only(node, "vmbr1").unset()).containsExactly("gateway", "mtu");
  }

  @Test
  void everythingThatIsWrongIsToldAtOnceWithItsPlace() {
    assertThat(
            findings(
                """
                {"nodes": {"pve-01": [
                  {"iface": "vmbr0", "type": "brigde"},
                  {"iface": "vmbr1", "type": "bridge", "bridge_port": "nic0", "cidr": "10.0.0.300/24"},
                  {"iface": "vmbr1", "type": "bridge", "slaves": "nic0"}
                ], "-": []}, "node": {}}
                """))
        .containsExactly(
            "network.json:2:30: vmbr0 on pve-01: type is 'brigde'; write bridge, bond, eth or vlan;"
                + " did you mean bridge?",
            "network.json:3:40: vmbr1 on pve-01: unknown field bridge_port; did you mean"
                + " bridge_ports?",
            "network.json:3:71: vmbr1 on pve-01: cidr is '10.0.0.300/24'; write an IPv4 address with"
                + " its prefix",
            "network.json:4:4: vmbr1 on pve-01: vmbr1 is declared in line 3 already; remove one",
            "network.json:4:40: vmbr1 on pve-01: slaves is for a bond; leave it out",
            "network.json:5:4: '-' can't be a node's name; write one, or * for every node",
            "network.json:5:14: unknown field node; did you mean nodes?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "iface": "b0", "type": "bond", "slaves": "nic0" | a bond is called bond0
          "iface": "vmbr0.5", "type": "vlan", "vlan-id": 6 | the name says 5
          "iface": "vmbr0.5000", "type": "vlan" | there are 1 to 4094
          "iface": "mgmt", "type": "vlan", "vlan-id": 6 | vlan-raw-device is missing
          "iface": "mgmt", "type": "vlan", "vlan-raw-device": "vmbr0" | vlan-id is missing
          "iface": "x", "type": "bridge" | iface is 'x'
          "iface": "averyveryverylongname", "type": "bridge" | the kernel takes 15
          "iface": "vmbr0", "type": "OVSBridge" | Open vSwitch is left as it is
          "iface": "vmbr0", "type": "bridge", "ovs_ports": "a" | Open vSwitch
          "iface": "vmbr0", "type": "bridge", "address": "10.0.0.1" | cidr: ADDRESS/PREFIX
          "iface": "vmbr0", "type": "bridge", "cidr": "fd00::1/64" | write an IPv4 address
          "iface": "vmbr0", "type": "bridge", "cidr": "10.0.0.2/24", "gateway": "10.0.1.1" | not in 10.0.0.2/24
          "iface": "vmbr0", "type": "bridge", "cidr": "10.0.0.2/24", "gateway": "10.0.0.2" | own address
          "iface": "vmbr0", "type": "bridge", "mtu": 100 | from 1280 to 65520
          "iface": "vmbr0", "type": "bridge", "bridge_ports": "nic0 4x" | which no interface can be
          "iface": "vmbr0", "type": "bridge", "bridge_vlan_aware": "on" | write true or false
          "iface": "vmbr0", "type": "bridge", "bridge_vlan_aware": 0, "bridge_vids": "2-9" | VLAN-aware
          "iface": "bond0", "type": "bond", "bond_mode": "802.3ad", "bond-primary": "nic0" | active-backup only
          "iface": "bond0", "type": "bond", "bond_mode": "balance-rr", "bond_xmit_hash_policy": "layer2" | balance-xor
          "iface": "bond0", "type": "bond", "slaves": null | slaves is null
          "iface": "vmbr0", "state": "absent", "mtu": 1500 | says nothing where state is absent
          "type": "bridge" | iface is missing
          "iface": "vmbr0" | type is missing
          """)
  void whatProxmoxWouldNotKeepIsToldBefore(String fields, String message) {
    assertThat(findings("[{" + fields + "}]")).anySatisfy(one -> assertThat(one).contains(message));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"nodes\": {\"*\": [{\"iface\": \"vmbr0\", \"type\": \"bridge\", \"cidr\": \"10.0.0.1/8\"}]}}",
        "{\"nodes\": {\"n1\": {\"dns\": {\"servers\": []}}}}",
        "{\"nodes\": {\"n1\": {\"dns\": {\"servers\": [\"ns.example\"]}}}}",
        "{\"nodes\": {\"n1\": {\"hosts\": [{\"address\": \"10.0.0.1\", \"names\": [\"a_b\"]}]}}}",
        "{\"nodes\": {\"n1\": {\"hosts\": [{\"address\": \"10.0.0.1\"}]}}}",
        "{\"nodes\": {\"n1\": 7}}",
        "{\"nodes\": []}",
        "{}",
        "7",
        "",
        "{\"nodes\":"
      })
  void whatIsWrongAroundTheInterfacesIsToldToo(String text) {
    assertThat(findings(text)).hasSize(1);
  }

  @Test
  void editorsCheckByTheSameTables() {
    assertThat(errors(WHOLE.replaceAll("(?m)^ *//.*$", ""))).isEmpty();
    assertThat(errors("[]")).isEmpty();
    assertThat(errors("[{\"iface\": \"vmbr0\", \"type\": \"brigde\"}]")).isNotEmpty();
    assertThat(errors("{\"nodes\": {\"pve-01\": [{\"type\": \"bridge\"}]}}")).isNotEmpty();
    assertThat(errors("{\"nodes\": {\"pve-01\": {\"dns\": {\"server\": \"10.0.0.1\"}}}}"))
        .isNotEmpty();
  }

  private static List<com.networknt.schema.Error> errors(String text) {
    return SCHEMA.validate(JsonText.write(Shown.json(TreeReader.read(text))), InputFormat.JSON);
  }
}
