package pivm.engine.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pivm.engine.guest.GuestImport.Form;
import pivm.engine.inventory.Cluster;
import pivm.engine.inventory.Fingerprint;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.testing.RandomGuestConfigs;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

final class GuestImportPropertyTest {
  private static final int CASES = 3000;

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
              assertThat(value.asText())
                  .as("%s: %s", configs, key)
                  .doesNotContain("vm-" + guest.vmid() + "-disk");
            }
          });

      assertThat(text.toString()).as(configs.toString()).doesNotContain("*****");
    }
  }
}
