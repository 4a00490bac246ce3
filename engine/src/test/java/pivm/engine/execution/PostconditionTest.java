package pivm.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Snapshot;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Operation;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

class PostconditionTest {
  private static final GuestType VM = GuestType.QEMU;

  private static ObservedGuest guest(String digest, String... keysAndValues) {
    var values = new TreeMap<String, String>();
    for (int at = 0; at < keysAndValues.length; at += 2) {
      values.put(keysAndValues[at], keysAndValues[at + 1]);
    }
    return new ObservedGuest(
        VM,
        1,
        "web",
        "a",
        PowerState.RUNNING,
        false,
        values.get("lock"),
        0,
        0,
        20,
        "pool",
        new TreeSet<>(),
        null,
        new GuestConfig(VM, values, new TreeMap<>(), digest),
        null);
  }

  private static Postcondition.Judgement judge(
      Operation.Call operation, @Nullable ObservedGuest now) {
    return Postcondition.judge(operation, "before", Duration.ofSeconds(60), now);
  }

  private static Operation.Configure set(String key, String value) {
    var set = new TreeMap<String, Setting>();
    set.put(key, Setting.of(value));
    return new Operation.Configure(VM, 1, set, new TreeSet<>());
  }

  @Test
  void anUnchangedDigestProvesThatNothingWasConfigured() {
    assertThat(judge(set("memory", "512"), guest("before", "memory", "512")))
        .isEqualTo(Postcondition.Judgement.NOT_DONE);
  }

  @Test
  void aChangedConfigIsDoneOnlyWithWhatWasSent() {
    assertThat(judge(set("memory", "1024"), guest("after", "memory", "1024")))
        .isEqualTo(Postcondition.Judgement.DONE);
    assertThat(judge(set("memory", "1024"), guest("after", "memory", "777")))
        .isEqualTo(Postcondition.Judgement.UNCLEAR);
  }

  @Test
  void whatProxmoxFillsInIsNoDifference() {
    assertThat(
            judge(
                set("net0", "virtio,bridge=vmbr0"),
                guest("after", "net0", "virtio=BC:24:11:00:00:01,bridge=vmbr0")))
        .isEqualTo(Postcondition.Judgement.DONE);
    assertThat(
            judge(
                set("scsi1", "fast:4,discard=on"),
                guest("after", "scsi1", "fast:vm-1-disk-1,discard=on,size=4G")))
        .isEqualTo(Postcondition.Judgement.DONE);
    assertThat(judge(set("scsi1", "fast:4"), guest("after", "scsi1", "slow:vm-1-disk-1,size=4G")))
        .isEqualTo(Postcondition.Judgement.UNCLEAR);
  }

  @Test
  void aDiskIsGrownOnceItHasTheSize() {
    var resize = new Operation.Resize(VM, 1, "scsi0", 40L << 30);

    assertThat(judge(resize, guest("after", "scsi0", "x:vm-1-disk-0,size=40G")))
        .isEqualTo(Postcondition.Judgement.DONE);
    assertThat(judge(resize, guest("after", "scsi0", "x:vm-1-disk-0,size=32G")))
        .isEqualTo(Postcondition.Judgement.NOT_DONE);
    assertThat(judge(resize, guest("after", "scsi0", "x:vm-1-disk-0,size=40960M")))
        .isEqualTo(Postcondition.Judgement.DONE);
  }

  @Test
  void aGuestStillBeingMadeIsNotMade() {
    var create = new Operation.Create(VM, 1, new TreeMap<>());

    assertThat(judge(create, guest("x", "lock", "create")))
        .isEqualTo(Postcondition.Judgement.UNCLEAR);
    assertThat(judge(create, guest("x"))).isEqualTo(Postcondition.Judgement.DONE);
    assertThat(judge(create, null)).isEqualTo(Postcondition.Judgement.NOT_DONE);
  }

  @Test
  void aSnapshotIsTakenOnceItIsWhole() {
    var take = new Operation.TakeSnapshot(VM, 1, "before", "run 7");

    assertThat(judge(take, guest("x").withSnapshots(List.of(snapshot("run 7", null)))))
        .isEqualTo(Postcondition.Judgement.DONE);
    assertThat(judge(take, guest("x").withSnapshots(List.of(snapshot("run 7", "prepare")))))
        .isEqualTo(Postcondition.Judgement.UNCLEAR);
    assertThat(judge(take, guest("x").withSnapshots(List.of(snapshot("run 6", null)))))
        .isEqualTo(Postcondition.Judgement.UNCLEAR);
    assertThat(judge(take, guest("x").withSnapshots(List.of())))
        .isEqualTo(Postcondition.Judgement.NOT_DONE);
  }

  private static Snapshot snapshot(String description, @Nullable String state) {
    return new Snapshot("before", null, description, null, false, state);
  }

  @Test
  void aRebootShowsInTheUptime() {
    assertThat(judge(new Operation.Reboot(VM, 1, 60), guest("x")))
        .isEqualTo(Postcondition.Judgement.DONE);
    assertThat(
            Postcondition.judge(
                new Operation.Reboot(VM, 1, 60), null, Duration.ofSeconds(5), guest("x")))
        .isEqualTo(Postcondition.Judgement.UNCLEAR);
  }
}
