package pivm.engine.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

final class FingerprintTest {

  private static GuestConfig config(Map<String, String> values) {
    return new GuestConfig(GuestType.QEMU, new TreeMap<>(values), new TreeMap<>(), "d1");
  }

  private static GuestConfig waiting(
      Map<String, String> values, String key, @Nullable String pending) {
    var changes = new TreeMap<String, GuestConfig.Pending>();
    changes.put(key, new GuestConfig.Pending(pending));
    return new GuestConfig(GuestType.QEMU, new TreeMap<>(values), changes, "d2");
  }

  @Test
  void snapshotsLocksAndDigestsLeaveTheMeaningAlone() {
    var plain = Map.of("memory", "512", "name", "web");
    var snapshotted = new TreeMap<>(plain);
    snapshotted.put("parent", "pre_automation_backup");
    snapshotted.put("lock", "snapshot");
    snapshotted.put("meta", "creation-qemu=10.0.13,ctime=1795490719");

    assertThat(Fingerprint.of(config(snapshotted))).isEqualTo(Fingerprint.of(config(plain)));
  }

  @Test
  void valuesAndWaitingChangesAreItsMeaning() {
    var values = Map.of("memory", "512");

    assertThat(Fingerprint.of(config(values)))
        .isNotEqualTo(Fingerprint.of(config(Map.of("memory", "513"))))
        .isNotEqualTo(Fingerprint.of(waiting(values, "memory", "513")))
        .isNotEqualTo(Fingerprint.of(waiting(values, "cores", "2")));
    assertThat(Fingerprint.of(waiting(values, "memory", "513")))
        .isNotEqualTo(Fingerprint.of(waiting(values, "memory", null)));
  }

  @Test
  void aLineBreakInAValueIsNotAnotherKey() {
    assertThat(Fingerprint.of(config(Map.of("description", "a\n=name:1:b"))))
        .isNotEqualTo(Fingerprint.of(config(Map.of("description", "a", "name", "b"))));
  }
}
