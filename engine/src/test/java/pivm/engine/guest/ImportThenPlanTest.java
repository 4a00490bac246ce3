package pivm.engine.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pivm.engine.inventory.Cluster;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Rights;
import pivm.engine.manifest.ManifestReader;
import pivm.engine.manifest.ManifestWriter;
import pivm.engine.plan.Plan;
import pivm.engine.plan.PlanOptions;
import pivm.engine.plan.Planner;
import pivm.engine.testing.RandomGuestConfigs;

class ImportThenPlanTest {
  private static final int CASES = 3000;

  @Test
  void adoptingAnyGuestThatProxmoxCanHaveLeavesNothingToDo() {
    var configs = RandomGuestConfigs.fresh();
    for (int i = 0; i < CASES; i++) {
      ObservedGuest guest = configs.guest();
      Inventory inventory = inventory(guest);
      String manifest =
          ManifestWriter.manifest(
              List.of(
                  GuestImport.entry(guest, inventory.cluster(), GuestImport.Form.COMPLETE).json()));

      ManifestReader.Result read = ManifestReader.read("imported.json", manifest);
      assertThat(read.hasErrors())
          .as("%s, guest %s: %s\n%s", configs, guest.config(), read.findings(), manifest)
          .isFalse();
      Plan plan =
          new Planner(List.of(new GuestPlanner()))
              .plan(read.desired(), inventory, PlanOptions.defaults());
      assertThat(plan.isEmpty())
          .as("%s, guest %s: %s %s", configs, guest.config(), plan.changes(), plan.obstacles())
          .isTrue();
    }
  }

  private static Inventory inventory(ObservedGuest guest) {
    var nodes = new TreeMap<String, Node>();
    nodes.put(
        guest.node(),
        new Node(guest.node(), true, 64L << 30, 1L << 30, null, 0.0, 8, 1, new TreeSet<>()));
    var guests = new TreeMap<Integer, ObservedGuest>();
    guests.put(guest.vmid(), guest);
    var pools = new TreeSet<String>();
    if (guest.pool() != null) {
      pools.add(guest.pool());
    }
    var cluster = new Cluster(null, "9.2.11", true, new TreeMap<>(), new TreeMap<>(), pools, false);
    return new Inventory(cluster, nodes, guests, new TreeMap<>(), Rights.all(), List.of());
  }
}
