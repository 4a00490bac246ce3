package pivm.proxmox.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static pivm.proxmox.config.ValueComparisonTest.key;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.LiveRules.Effect;
import pivm.proxmox.json.Json;
import pivm.proxmox.schema.SharedFacts;

class LiveRulesTest {

  private static GuestConfig vm(String... keysAndValues) {
    var values = new TreeMap<>(Map.of("ostype", "l26"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      values.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return GuestConfig.of(GuestType.QEMU, values);
  }

  @Test
  void memoryIsLiveOnlyWithHotplugAndNuma() {
    var memory = key(GuestType.QEMU, "memory");
    assertThat(LiveRules.effect(memory, "memory", "512", "1024", vm())).isEqualTo(Effect.PENDING);
    assertThat(LiveRules.effect(memory, "memory", "512", "1024", vm("hotplug", "memory")))
        .isEqualTo(Effect.PENDING);
    assertThat(
            LiveRules.effect(memory, "memory", "512", "1024", vm("hotplug", "memory", "numa", "1")))
        .isEqualTo(Effect.LIVE);
  }

  @Test
  void theBalloonDeviceItselfIsNotSwitchedLive() {
    var balloon = key(GuestType.QEMU, "balloon");
    assertThat(LiveRules.effect(balloon, "balloon", null, "128", vm())).isEqualTo(Effect.LIVE);
    assertThat(LiveRules.effect(balloon, "balloon", null, "0", vm())).isEqualTo(Effect.PENDING);
    assertThat(LiveRules.effect(balloon, "balloon", "0", null, vm())).isEqualTo(Effect.PENDING);
  }

  @Test
  void aDiskOfAFixedBusComesAndGoesOnlyWhenStopped() {
    var sata = key(GuestType.QEMU, "sata0");
    assertThat(LiveRules.effect(sata, "sata0", null, "local:1", vm())).isEqualTo(Effect.PENDING);
    assertThat(
            LiveRules.effect(
                sata, "sata0", "local:a,media=cdrom", "local:b,media=cdrom", vm("hotplug", "0")))
        .isEqualTo(Effect.LIVE);
  }

  @Test
  void aContainersMountPointIsTakenLiveButNotChanged() {
    var mount = key(GuestType.LXC, "mp0");
    var running = GuestConfig.of(GuestType.LXC, new TreeMap<>());
    assertThat(LiveRules.effect(mount, "mp0", null, "local:1,mp=/a", running))
        .isEqualTo(Effect.LIVE);
    assertThat(LiveRules.effect(mount, "mp0", "local:x,mp=/a", "local:x,mp=/b", running))
        .isEqualTo(Effect.PENDING);
  }

  /** Replays what was measured on running guests, where the starting value is known. */
  @Test
  void theRulesAgreeWithWhatWasMeasured() {
    var records = SharedFacts.folder();
    assumeTrue(records.isPresent(), "no shared/pve beside a folder above: nothing to replay");
    Json.Obj measured = SharedFacts.read(records.orElseThrow(), "recorded/10-live-or-pending.json");
    List<String> wrong = new ArrayList<>();
    int compared = 0;
    for (GuestType type : GuestType.values()) {
      String list = type.apiName() + "_set";
      for (Json entry : measured.list(list)) {
        Json.Obj one = entry.asObject();
        String name = one.text("key", "");
        String result = one.text("result", "");
        String from = before(name, one.text("value", ""));
        if (result.equals("error") || name.equals("agent")) {
          continue;
        }
        Effect effect =
            LiveRules.effect(key(type, name), name, from, one.text("value"), vm("net0", "virtio"));
        compared++;
        if ((effect == Effect.PENDING) != result.equals("pending")) {
          wrong.add(type + " " + name + "=" + one.text("value") + " measured " + result);
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(compared).isGreaterThan(90);
  }

  private static @Nullable String before(String name, String value) {
    return switch (name) {
      case "net0" -> "virtio=BC:24:11:00:01:01,bridge=vmbr0";
      case "scsi0" -> "local:110/vm-110-disk-0.qcow2";
      case "ide2" -> "none,media=cdrom";
      case "mp0" -> value.startsWith("local:1,") ? null : "local:211/vm-211-disk-1.raw,mp=/d0";
      default -> null;
    };
  }
}
