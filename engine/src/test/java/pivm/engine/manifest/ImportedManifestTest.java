package pivm.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pivm.engine.guest.GuestImport;
import pivm.engine.inventory.Cluster;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.testing.RandomGuestConfigs;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.ValueComparison;
import pivm.proxmox.json.Json;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

class ImportedManifestTest {
  private static final int CASES = 3000;
  private static final Cluster CLUSTER =
      new Cluster(null, "9.2.11", true, new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), false);

  @Test
  void whatImportWritesForAnyGuestIsReadWithoutAnError() {
    var configs = RandomGuestConfigs.fresh();
    for (int i = 0; i < CASES; i++) {
      ObservedGuest guest = configs.guest();
      Json.Obj entry = GuestImport.entry(guest, CLUSTER, GuestImport.Form.COMPLETE).json();
      String text = ManifestWriter.manifest(List.of(entry));
      var result = ManifestReader.read("g", text);
      assertThat(result.findings())
          .as("%s\n%s\n%s", configs, guest.config(), text)
          .noneMatch(found -> found.severity() == Finding.Severity.ERROR);
      assertThat(result.desired().guests())
          .singleElement()
          .satisfies(read -> assertMeansTheSame(read, guest, configs + "\n" + text));
    }
  }

  /** Disks are written by storage and size, so they are compared where they are planned. */
  private static void assertMeansTheSame(DesiredGuest read, ObservedGuest guest, String context) {
    assertThat(read.vmid()).isEqualTo(guest.vmid());
    GuestConfig config = guest.config();
    assertThat(config).isNotNull();
    read.settings()
        .forEach((name, setting) -> {
          GuestKey key = GuestKeys.of(guest.type()).find(name);
          if (config != null && key != null && !DiskSetting.isDisk(guest.type(), name)) {
            String text = setting instanceof Setting.Value(String value) ? value : null;
            assertThat(
                    text == null
                        ? config.next(name) == null
                        : ValueComparison.same(key, config.next(name), text))
                .as("%s: %s and %s\n%s", name, config.next(name), text, context)
                .isTrue();
          }
        });
  }
}
