package pivm.engine.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pivm.engine.guest.GuestImport.Form;
import pivm.engine.inventory.Cluster;
import pivm.engine.inventory.Fingerprint;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Rights;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.ManifestReader;
import pivm.engine.manifest.ManifestWriter;
import pivm.engine.plan.Plan;
import pivm.engine.plan.PlanOptions;
import pivm.engine.plan.Planner;
import pivm.engine.testing.RandomGuestConfigs;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

final class GuestImportPropertyTest {
  private static final int CASES = 2000;

  private static final Cluster CLUSTER =
      new Cluster(null, "9.2.11", true, new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), false);

  /** What an entry never holds, or holds under another name. */
  private static final Set<String> ELSEWHERE =
      Set.of("vmgenid", "cipassword", "lxc", "template", "name", "rootfs", "ciuser");

  @Test
  void everyKeyThatHoldsAfterTheNextStopIsDeclared() {
    var configs = RandomGuestConfigs.fresh();
    for (int i = 0; i < CASES; i++) {
      ObservedGuest guest = configs.guest();
      GuestConfig config = guest.config();
      if (config == null) {
        throw new AssertionError(configs);
      }
      Json.Obj entry = GuestImport.entry(guest, CLUSTER, Form.COMPLETE).json();
      Set<String> declared = new TreeSet<>(entry.members().keySet());
      declared.addAll(entry.get("options").asObject().members().keySet());
      declared.addAll(entry.get("cloud_init").asObject().members().keySet());
      if (entry.has("storage")) {
        declared.add("scsi0");
      }

      Set<String> expected = new TreeSet<>(config.nextValues().keySet());
      expected.removeAll(Fingerprint.BOOKKEEPING);
      expected.removeAll(ELSEWHERE);

      assertThat(declared).as("%s: %s", configs, config).containsAll(expected);
    }
  }

  @Test
  void noEntryHoldsAPasswordOrAVolumeNameOfTheGuestsOwn() {
    var configs = RandomGuestConfigs.fresh();
    for (int i = 0; i < CASES; i++) {
      ObservedGuest guest = configs.guest();
      Json.Obj entry = GuestImport.entry(guest, CLUSTER, Form.COMPLETE).json();
      var text = new StringBuilder();
      entry.members().forEach((key, value) -> text.append(key).append(JsonText.write(value)));
      entry
          .get("options")
          .asObject()
          .members()
          .forEach((key, value) -> {
            if (!key.startsWith("unused")) {
              assertThat(String.valueOf(value.asText()))
                  .as("%s: %s", configs, key)
                  .doesNotContain("vm-" + guest.vmid() + "-disk");
            }
          });

      assertThat(text.toString()).as(configs.toString()).doesNotContain("*****");
    }
  }

  @Test
  void planningAfterImportIsEmpty() {
    var configs = RandomGuestConfigs.fresh();
    for (int i = 0; i < CASES; i++) {
      ObservedGuest guest = configs.guest();
      for (Form form : Form.values()) {
        String manifest =
            ManifestWriter.manifest(List.of(GuestImport.entry(guest, CLUSTER, form).json()));
        ManifestReader.Result read = ManifestReader.read("imported.json", manifest);

        assertThat(read.findings()).as("%s: %s\n%s", configs, guest.config(), manifest).isEmpty();

        Plan plan = plan(read.desired(), guest);

        assertThat(plan.isEmpty())
            .as("%s: %s\n%s\n%s", configs, guest.config(), manifest, plan)
            .isTrue();
        assertThat(plan.unknown().isEmpty()).isNotEqualTo(guest.unfinished());
      }
    }
  }

  private static Plan plan(Desired desired, ObservedGuest guest) {
    var nodes = new TreeMap<String, Node>();
    nodes.put(
        guest.node(), new Node(guest.node(), true, 64L << 30, 1L << 30, null, 0.1, 16, 60, null));
    var guests = new TreeMap<Integer, ObservedGuest>();
    guests.put(guest.vmid(), guest);
    var inventory = new Inventory(CLUSTER, nodes, guests, new TreeMap<>(), Rights.all(), List.of());
    return new Planner(List.of(new GuestPlanner()))
        .plan(desired, inventory, PlanOptions.defaults());
  }
}
