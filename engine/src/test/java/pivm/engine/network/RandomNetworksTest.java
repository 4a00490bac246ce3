package pivm.engine.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import pivm.engine.manifest.DesiredNetwork;
import pivm.engine.manifest.NetworkReader;
import pivm.engine.testing.SimulatedProxmox;
import pivm.proxmox.ApiCall;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.state.SimulatedTime;

/**
 * From any network to any other that fits together: Proxmox takes every call in the order in which
 * they are planned, what is pending is what was worked out, and nothing differs afterwards.
 */
class RandomNetworksTest {
  private static final int CASES = 150;
  private static final String PATH = "/nodes/pve-01/network";

  private final SimulatedCluster cluster =
      SimulatedCluster.builder()
          .time(SimulatedTime.manual(Instant.parse("2026-11-24T12:00:00Z")))
          .nodes("pve-01")
          .token("root@pam!pivm", "secret")
          .build();
  private final SimulatedProxmox proxmox = new SimulatedProxmox(cluster, "root@pam!pivm=secret");

  private NodeNetwork read() {
    return NodeNetwork.of(proxmox.answer(ApiCall.get(PATH)));
  }

  @Test
  void everyPlannedOrderIsTakenAndLeavesNoDifference() {
    int applied = 0;
    for (long seed = 1; seed <= CASES; seed++) {
      var chance = new Random(Long.getLong("pivm.seed", seed));
      cluster.change(c -> {
        var network = c.node("pve-01").network();
        network.cards().addAll(List.of("nic1", "nic2", "nic3"));
        network.pending(null);
      });
      // the network that one case leaves is what the next one begins with
      applied += tried(seed, chance) ? 1 : 0;
    }
    assertThat(applied).as("cases that were no contradiction in themselves").isGreaterThan(20);
  }

  private boolean tried(long seed, Random chance) {
    String manifest = manifest(chance);
    NetworkReader.Result read = NetworkReader.read("random", manifest);
    if (read.hasErrors()) {
      return false;
    }
    DesiredNetwork.OfNode desired = Objects.requireNonNull(read.network().single());
    NodeNetwork before = read();
    NodePlan plan = plan(desired, before);
    if (!plan.obstacles().isEmpty() || plan.interfaces().isEmpty()) {
      return false;
    }
    String told = "seed " + seed + "\n" + manifest + "\n" + plan.interfaces();
    for (int done = 0; done < plan.interfaces().size(); done++) {
      proxmox.call(plan.interfaces().get(done));
      var expected = StagedState.after(before, plan.interfaces(), done + 1);
      assertThat(read().sameAs(expected)).as(told + "\nafter " + (done + 1)).isTrue();
    }
    cluster.change(c -> {
      c.node("pve-01").network().commit();
      c.node("pve-01").network().reload();
    });
    assertThat(plan(desired, read()).changes()).as(told).isEmpty();
    return true;
  }

  private static NodePlan plan(DesiredNetwork.OfNode desired, NodeNetwork now) {
    var observed = new ObservedNetwork(now, null, null, null, null, NodeFacts.none());
    return NodePlan.of("pve-01", desired, observed);
  }

  private static String manifest(Random chance) {
    List<String> entries = new ArrayList<>();
    List<String> cards = new ArrayList<>(List.of("eth0", "nic1", "nic2", "nic3"));
    Collections.shuffle(cards, chance);
    String mtu = chance.nextInt(4) == 0 ? ", \"mtu\": 9000" : ", \"mtu\": null";
    cards.forEach(card -> entries.add("\"iface\": \"" + card + "\", \"type\": \"eth\"" + mtu));
    boolean bond = chance.nextBoolean();
    String slaves = "\"" + cards.get(0) + "\", \"" + cards.get(1) + "\"";
    entries.add(
        bond
            ? "\"iface\": \"bond0\", \"type\": \"bond\", \"slaves\": ["
                + slaves
                + "]"
                + mtu
                + mode(chance)
            : "\"iface\": \"bond0\", \"state\": \"absent\"");
    for (int i = 0; i < 3; i++) {
      String port = i == 0 ? (bond ? "bond0" : cards.get(0)) : cards.get(i + 1);
      entries.add(
          bridge(i, chance.nextInt(4) == 0 && i > 0 ? "" : "\"" + port + "\"", mtu, chance));
      String vlan = "\"iface\": \"vmbr" + i + "." + (10 + i) + "\", ";
      entries.add(
          chance.nextBoolean()
              ? vlan + "\"type\": \"vlan\", \"cidr\": \"10.3" + i + ".0.2/24\""
              : vlan + "\"state\": \"absent\"");
    }
    Collections.shuffle(entries, chance);
    return "[{" + String.join("}, {", entries) + "}]";
  }

  private static String mode(Random chance) {
    return switch (chance.nextInt(3)) {
      case 0 ->
          ", \"bond_mode\": \"802.3ad\", \"bond_xmit_hash_policy\": \"layer3+4\", \"bond-primary\": null";
      case 1 ->
          ", \"bond_mode\": \"balance-alb\", \"bond_xmit_hash_policy\": null, \"bond-primary\": null";
      default -> "";
    };
  }

  private static String bridge(int number, String ports, String mtu, Random chance) {
    String name = "\"iface\": \"vmbr" + number + "\", ";
    if (number == 2 && chance.nextInt(3) == 0) {
      return name + "\"state\": \"absent\"";
    }
    boolean routes = number == chance.nextInt(2);
    String base = "10.2" + number + ".0.";
    return name
        + "\"type\": \"bridge\", \"bridge_ports\": ["
        + ports
        + "], \"cidr\": \""
        + base
        + "1/24\", \"gateway\": "
        + (routes ? "\"" + base + "254\"" : "null")
        + ", \"bridge_vlan_aware\": "
        + chance.nextBoolean()
        + mtu;
  }
}
