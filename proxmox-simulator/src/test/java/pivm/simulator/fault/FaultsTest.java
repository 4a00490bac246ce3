package pivm.simulator.fault;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import pivm.simulator.api.SimResponse;
import pivm.simulator.testing.Lab;

class FaultsTest {
  private static final Map<String, Object> VM = Map.of("vmid", 100, "scsi0", "ceph:4");

  private final Lab lab = Lab.three();
  private final Faults faults = Faults.in(lab.cluster());

  @Test
  void aLostAnswerLeavesItsEffect() {
    faults.atWrite(1, new Fault.LoseAnswer());
    assertThat(lab.ask("POST", "/nodes/pve-1/qemu", VM).outcome())
        .isEqualTo(SimResponse.Outcome.LOST_AFTER_EFFECT);
    lab.cluster().advance(Duration.ofMinutes(1));
    assertThat(lab.ask("GET", "/nodes/pve-1/qemu/100/config").status()).isEqualTo(200);
  }

  @Test
  void aLostRequestHasNone() {
    faults.atWrite(1, new Fault.LoseRequest());
    assertThat(lab.ask("POST", "/nodes/pve-1/qemu", VM).outcome())
        .isEqualTo(SimResponse.Outcome.LOST_BEFORE_EFFECT);
    assertThat(lab.ask("GET", "/nodes/pve-1/qemu/100/config").status()).isEqualTo(500);
  }

  @Test
  void aFailingTaskUndoesWhatItBegan() {
    faults.atWrite(1, new Fault.FailTask("no luck"));
    assertThat(lab.run("POST", "/nodes/pve-1/qemu", VM)).isEqualTo("no luck");
    assertThat(lab.ask("GET", "/nodes/pve-1/qemu/100/config").status()).isEqualTo(500);
    assertThat(lab.ask("GET", "/nodes/pve-1/storage/ceph/content").bodyText())
        .isEqualTo("{\"data\":[]}");
  }

  @Test
  void aSlowTaskTakesItsTime() {
    faults.atWrite(1, new Fault.SlowTask(100));
    var upid = String.valueOf(lab.ask("POST", "/nodes/pve-1/qemu", VM).data());
    lab.cluster().advance(Duration.ofSeconds(30));
    assertThat(lab.read("/nodes/pve-1/tasks/" + upid + "/status").text("status"))
        .isEqualTo("running");
    assertThat(lab.cluster().await(upid)).isEqualTo("OK");
  }

  @Test
  void aBackupLocksTheGuestForAWhile() {
    lab.run("POST", "/nodes/pve-1/qemu", VM);
    faults.atWrite(2, Mischief.backupLocks(100));
    assertThat(lab.ask("PUT", "/nodes/pve-1/qemu/100/config", Map.of("cores", 2)).reason())
        .isEqualTo("VM is locked (backup)");
    lab.cluster().advance(Duration.ofMinutes(1));
    assertThat(lab.ask("PUT", "/nodes/pve-1/qemu/100/config", Map.of("cores", 2)).status())
        .isEqualTo(200);
  }

  @Test
  void aFullStorageRefusesNewVolumes() {
    faults.atWrite(1, Mischief.storageFull("ceph", "pve-1", Duration.ofMinutes(1)));
    assertThat(lab.run("POST", "/nodes/pve-1/qemu", VM)).contains("No space left on device");
  }

  @Test
  void aLostNodeAnswers595AndReadsOfOthersGoOn() {
    faults.atCall(1, Mischief.nodeFails("pve-3", Duration.ofMinutes(1)));
    assertThat(lab.ask("GET", "/nodes/pve-3/status").status()).isEqualTo(595);
    assertThat(lab.ask("GET", "/nodes/pve-2/status").status()).isEqualTo(200);
  }

  @Test
  void withoutQuorumNothingIsWritten() {
    lab.run("POST", "/nodes/pve-1/qemu", VM);
    faults.atWrite(2, Mischief.quorumLost(Duration.ofMinutes(1)));
    assertThat(lab.ask("PUT", "/nodes/pve-1/qemu/100/config", Map.of("cores", 2)).reason())
        .startsWith("unable to open file '/etc/pve/nodes/pve-1/qemu-server/100.conf.tmp.");
    assertThat(lab.ask("POST", "/nodes/pve-1/qemu", Map.of("vmid", 101)).reason())
        .isEqualTo("cluster not ready - no quorum?");
  }

  @Test
  void chanceIsTheSameForTheSameSeed() {
    assertThat(history(7)).isEqualTo(history(7)).isNotEqualTo(history(8));
  }

  private static Object history(long seed) {
    var lab = Lab.three();
    var faults = Faults.in(lab.cluster()).byChance(seed, 0.5, 20);
    for (int i = 0; i < 40; i++) {
      lab.ask("POST", "/nodes/pve-2/qemu", Map.of("vmid", 100 + i));
      lab.cluster().advance(Duration.ofSeconds(5));
    }
    assertThat(faults.history()).isNotEmpty();
    return faults.history();
  }
}
