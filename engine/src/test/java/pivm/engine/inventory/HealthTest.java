package pivm.engine.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pivm.proxmox.GuestType;

final class HealthTest {
  private static final long GIB = 1L << 30;

  private static Node node(String name, boolean online, long used, double cpu) {
    return new Node(name, online, 100 * GIB, used * GIB, null, cpu, 8, 60, null);
  }

  private static ObservedGuest guest(int vmid, String node, PowerState power, long gib) {
    return new ObservedGuest(
        GuestType.QEMU,
        vmid,
        "g",
        node,
        power,
        false,
        null,
        gib * GIB,
        0,
        0,
        null,
        new TreeSet<>(),
        null,
        null,
        null);
  }

  private static final Instant NOW = Instant.parse("2026-01-17T12:00:00Z");

  private Conditions conditions = Conditions.none();

  private Health health(
      Boolean quorate, List<Node> nodes, List<ObservedGuest> guests, Storage... storages) {
    var byName = new TreeMap<String, Node>();
    nodes.forEach(node -> byName.put(node.name(), node));
    var byId = new TreeMap<Integer, ObservedGuest>();
    guests.forEach(guest -> byId.put(guest.vmid(), guest));
    SortedMap<String, Storage> byStorage = new TreeMap<>();
    for (Storage storage : storages) {
      byStorage.put(storage.id(), storage);
    }
    var cluster =
        new Cluster(
            "lab", "9.2.11", quorate, new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), false);
    return Health.of(
        new Inventory(cluster, byName, byId, byStorage, Rights.all(), List.of()),
        HealthLimits.defaults(),
        conditions,
        NOW);
  }

  @Test
  void aQuietClusterHasNoRisks() {
    Health health =
        health(
            true,
            List.of(node("pve-a", true, 20, 0.8), node("pve-b", true, 80, 0.1)),
            List.of(
                guest(100, "pve-a", PowerState.RUNNING, 80),
                guest(101, "pve-a", PowerState.STOPPED, 80)));

    assertThat(health.risks()).isEmpty();
    assertThat(health.nodesOnline()).isEqualTo(2);
    assertThat(health.guestsRunning()).isEqualTo(1);
    assertThat(health.guestsTotal()).isEqualTo(2);
  }

  @Test
  void eachLimitIsNamedWithItsNumbers() {
    var full =
        new Storage(
            "local",
            "dir",
            new TreeSet<>(),
            false,
            true,
            new TreeSet<>(),
            new TreeMap<>(),
            new TreeMap<>());
    var use = new TreeMap<String, Storage.Use>();
    use.put("pve-a", new Storage.Use(true, 100 * GIB, 10 * GIB));
    use.put("pve-b", new Storage.Use(true, 100 * GIB, 11 * GIB));

    Health health =
        health(
            false,
            List.of(
                node("pve-a", true, 90, 0.81),
                node("pve-b", true, 10, 0.1),
                node("pve-c", false, 0, 0)),
            List.of(guest(100, "pve-b", PowerState.RUNNING, 81)),
            full.withUse(use));

    assertThat(health.risks())
        .extracting(risk -> risk.subject() + ": " + risk.message())
        .containsExactly(
            "cluster lab: no quorum: nothing can be changed until more nodes are back",
            "node pve-a: 81 % of its CPU in use",
            "node pve-a: 90 % of its memory in use (90.0 GiB of 100.0 GiB)",
            "node pve-a: 90 % of its memory promised (90.0 GiB of 100.0 GiB);"
                + " nothing more can be started there",
            "storage local on pve-a: 90 % full (10.0 GiB of 100.0 GiB free)",
            "node pve-b: 81 % of its memory promised (81.0 GiB of 100.0 GiB);"
                + " nothing more can be started there",
            "node pve-c: offline");
    assertThat(health.nodesAtRisk()).containsExactly("pve-a", "pve-b", "pve-c");
  }

  @Test
  void memoryOfTheArcThatComesBackIsNotUsed() {
    var node = new Node("pve-a", true, 100 * GIB, 95 * GIB, 50 * GIB, 10 * GIB, 0.1, 8, 60, null);

    assertThat(health(true, List.of(node), List.of()).risks()).isEmpty();
    assertThat(health(true, List.of(node.withArc(50 * GIB, null)), List.of()).risks()).isNotEmpty();
  }

  @Test
  void failedServicesStuckTasksAndPendingRebootsAreTold() {
    var task =
        new Conditions.RunningTask(
            "pve-a", "vzdump", "100", "root@pam", NOW.minus(Duration.ofHours(13)));
    var young =
        new Conditions.RunningTask(
            "pve-a", "vzdump", "101", "root@pam", NOW.minus(Duration.ofHours(11)));
    conditions =
        new Conditions(
            new TreeMap<>(Map.of("pve-a", List.of("pvestatd"))),
            new TreeMap<>(Map.of("pve-a", "6.17.4-1-pve")),
            List.of(task, young),
            List.of(new Unknown("node pve-b", "no answer")));

    Health health = health(true, List.of(node("pve-a", true, 20, 0.1)), List.of());

    assertThat(health.risks())
        .extracting(Health.Risk::message)
        .containsExactly(
            "failed: pvestatd; see systemctl status there",
            "a reboot is pending: the kernel 6.17.4-1-pve is installed, an older one runs",
            "runs on pve-a for 13 h, begun by root@pam; look at its log");
    assertThat(health.unknown()).hasSize(1);
  }
}
