package pivm.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.engine.execution.RunResult;
import pivm.engine.execution.StepResult;
import pivm.engine.plan.Step;
import pivm.simulator.config.Kind;

/**
 * A guest that was shut down from inside leaves no task, so that the list of the cluster shows it
 * as running until pvestatd's next round. Nothing is done on that belief: the power of whatever a
 * plan touches is asked for, and asked for again right before each step.
 */
class EndedInsideTest {
  private static final String VM =
      """
      name: db
      memory: 1024
      scsi0: local-lvm:vm-310-disk-0,size=8G
      """;

  private Manager manager;

  @BeforeEach
  void begin(@TempDir Path state) {
    manager =
        new Manager(Manager.cluster().guest(Kind.QEMU, 310, "pve-01", VM, true).build(), state);
    manager.proxmox.sleep(Duration.ofSeconds(20));
  }

  private static String declared(int memory) {
    return """
    [{"type": "vm", "vmid": 310, "hostname": "db", "memory": %d, "restart": "allowed",
      "template": "local:iso/EXISTING", "snapshot": "unavailable-accepted",
      "state": "running", "storage": "local-lvm:8"}]
    """
        .formatted(memory);
  }

  private void endsInside() {
    manager
        .proxmox
        .cluster()
        .change(cluster ->
            cluster.guests().stream()
                .filter(guest -> guest.vmid() == 310)
                .toList()
                .forEach(guest -> guest.stopped()));
  }

  @Test
  void aPlanThatTouchesItKnowsThatItDoesNotRun() throws Exception {
    endsInside();

    Planned planned = manager.plan(declared(2048));

    assertThat(planned.plan().steps())
        .extracting(Step::id)
        .contains("310/start")
        .doesNotContain("310/reboot");
    assertThat(manager.run(planned).succeeded()).isTrue();
    assertThat(manager.plan(declared(2048)).plan().steps()).isEmpty();
  }

  @Test
  void whatWasPlannedWhileItRanIsNotDoneToItAfterwards() throws Exception {
    Planned planned = manager.plan(declared(2048));
    endsInside();

    RunResult run = manager.run(planned);

    assertThat(run.succeeded()).isFalse();
    assertThat(run.steps()).noneMatch(StepResult::done);
    assertThat(run.steps())
        .extracting(StepResult::message)
        .anyMatch(message -> message.contains("it was running and is stopped now"));
    assertThat(manager.config("/nodes/pve-01/qemu/310", "memory")).isEqualTo("1024");
  }

  @Test
  void whereNothingElseDiffersItIsStartedOnceProxmoxHasNoticed() throws Exception {
    endsInside();
    assertThat(manager.plan(declared(1024)).plan().steps()).isEmpty();

    manager.proxmox.sleep(Duration.ofSeconds(20));

    assertThat(manager.plan(declared(1024)).plan().steps())
        .extracting(Step::id)
        .containsExactly("310/start");
  }
}
