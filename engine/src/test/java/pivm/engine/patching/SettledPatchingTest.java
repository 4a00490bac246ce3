package pivm.engine.patching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.Resumer;
import pivm.engine.execution.RunResult;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.pipeline.Planned;
import pivm.engine.plan.Step;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.simulator.state.ContainerSystem;

/** What a run that was killed leaves behind ends as it would have ended under its eyes. */
class SettledPatchingTest {
  private static final String ROLLBACK = "{\"rollback_on_failure\": true}";

  @TempDir Path folder;

  private PatchingWorld failing(List<Integer> stopped, int... running) {
    var world = new PatchingWorld(folder, stopped, running);
    world.system(202, system -> system.trouble(ContainerSystem.Trouble.LOSES_SERVICE));
    return world;
  }

  private static void killed(PatchingWorld world, String manifest) {
    var polls = new AtomicInteger();
    world.nodes.fault((_, task) -> {
      if (task.command().contains("poll") && polls.incrementAndGet() == 1) {
        throw new IllegalStateException("killed");
      }
      return null;
    });
    assertThatThrownBy(() -> world.patch(manifest)).hasMessageContaining("killed");
    world.nodes.fault((_, _) -> null);
    world.proxmox.sleep(Duration.ofMinutes(2));
  }

  private static Resumer.Finding finding(List<Resumer.Report> reports) {
    return reports.getFirst().findings().getFirst();
  }

  @Test
  void aFailedUpgradeGoesBackToItsRunsSnapshotWhereThatIsAskedFor() {
    var world = failing(List.of(), 202);
    killed(world, ROLLBACK);
    Resumer.Finding found = finding(world.settle());
    assertThat(found.decision()).isEqualTo("failed");
    assertThat(found.evidence()).contains("rolled back to pre_automation_backup of this run");
    assertThat(world.versions("openssl")).containsEntry(202, "3.5.1-1");
    assertThat(world.running(202)).isTrue();
    assertThat(world.last().getFirst().text("summary", "")).contains("rolled back");
  }

  @Test
  void whatWasStartedForItIsAtRestAgainAfterTheRollback() {
    var world = failing(List.of(202));
    killed(world, "{\"rollback_on_failure\": true, \"stopped\": \"start-patch-stop\"}");
    assertThat(finding(world.settle()).evidence()).contains("rolled back");
    assertThat(world.versions("openssl")).containsEntry(202, "3.5.1-1");
    assertThat(world.running(202)).isFalse();
  }

  @Test
  void whereItIsNotAskedForNothingIsRolledBack() {
    var world = failing(List.of(), 202);
    killed(world, "{}");
    assertThat(finding(world.settle()).evidence())
        .contains("down since: ssh")
        .doesNotContain("rolled");
    assertThat(world.versions("openssl")).containsEntry(202, "3.5.4-1");
  }

  /** The container is asked, so that it does not matter where the run died, or on which node. */
  @Test
  void aRestartThatTheKilledRunDidNotComeToIsDoneByTheNextAndNothingElse()
      throws InterruptedException {
    var world = new PatchingWorld(folder, 201);
    killed(world, "{\"reboot\": \"if-required\"}");
    world.settle();
    world.byTimer();
    Planned planned = world.plan("{\"reboot\": \"if-required\"}");
    assertThat(planned.plan().steps().stream().map(Step::id))
        .containsExactly("201/reboot-if-required");
    assertThat(planned.reviewed().openConfirmations()).isEmpty();
    RunResult result = world.patch(planned);
    assertThat(result.steps().getFirst().message()).isEqualTo("restarted for libc6");
    assertThat(world.tasks(201, "vzreboot")).hasSize(1);
    world.system(201, system -> assertThat(system.begun()).isEqualTo(1));
    assertThat(world.last().getFirst().text("summary", "")).isEqualTo("restarted for libc6");
    assertThat(world.plan("{\"reboot\": \"if-required\"}").plan().steps()).isEmpty();
  }

  @Test
  void aRestartThatIsDueIsOnlyToldWhereTheManifestDoesNotConsent() throws InterruptedException {
    var world = new PatchingWorld(folder, 201);
    killed(world, "{}");
    world.settle();
    world.byTimer();
    assertThat(world.plan("{}").plan().steps()).isEmpty();
    var prepared = world.prepare("{}");
    prepared.plan(world.around().observer().observe(ObservationRequest.of(prepared.guests())));
    assertThat(prepared.left().get(201))
        .contains("patched within the last three hours", "still needs a restart (libc6)", "never");
  }

  @Test
  void anUpgradeThatFindsNothingStillRestartsForTheOneBefore() throws InterruptedException {
    var world = new PatchingWorld(folder, 201);
    world.patch("{}");
    RunResult result = world.patch("{\"reboot\": \"if-required\"}");
    assertThat(result.steps().getLast().message()).isEqualTo("restarted for libc6");
  }

  @Test
  void longAfterNothingIsRolledBackButTold() {
    var world = failing(List.of(), 202);
    killed(world, ROLLBACK);
    world.proxmox.sleep(Duration.ofHours(5));
    assertThat(finding(world.settle()).evidence())
        .contains("not rolled back so long after", "pivm rollback 202");
    assertThat(world.versions("openssl")).containsEntry(202, "3.5.4-1");
  }

  @Test
  void whileAnotherManagerWorksItIsLeftToTheNextRun() {
    var world = failing(List.of(), 202);
    killed(world, ROLLBACK);
    world.lock((_, _) -> {
      throw new IllegalStateException("another PIVM works on this cluster");
    });
    List<Resumer.Report> reports = world.settle();
    assertThat(reports.getFirst().settled()).isFalse();
    assertThat(finding(reports).evidence()).contains("another PIVM works on this cluster");
    assertThat(world.versions("openssl")).containsEntry(202, "3.5.4-1");
    world.lock(ClusterLock.none());
    assertThat(finding(world.settle()).evidence()).contains("rolled back");
  }

  /** The answer to the rollback's call is lost with the run: what it began is found again. */
  @Test
  void aRollbackThatTheRunHadBegunIsNotDoneTwice() {
    var world = failing(List.of(), 202);
    world.way(proxmox -> new Killed(proxmox, "/rollback", true));
    assertThatThrownBy(() -> world.patch(ROLLBACK)).hasMessageContaining("killed");
    world.way(proxmox -> proxmox);
    world.proxmox.sleep(Duration.ofMinutes(2));
    assertThat(finding(world.settle()).evidence())
        .isEqualTo("its upgrade failed; rolled back to pre_automation_backup of this run");
    assertThat(world.tasks(202, "vzrollback")).hasSize(1);
  }

  @Test
  void aRollbackThatTheRunOnlyMeantToBeginIsDone() {
    var world = failing(List.of(), 202);
    world.way(proxmox -> new Killed(proxmox, "/rollback", false));
    assertThatThrownBy(() -> world.patch(ROLLBACK)).hasMessageContaining("killed");
    world.way(proxmox -> proxmox);
    assertThat(finding(world.settle()).evidence()).contains("rolled back to");
    assertThat(world.tasks(202, "vzrollback")).hasSize(1);
    assertThat(world.versions("openssl")).containsEntry(202, "3.5.1-1");
  }

  /**
   * The run is killed at a call.
   *
   * @param sent whether Proxmox has it by then
   */
  private record Killed(Proxmox proxmox, String path, boolean sent) implements Proxmox {
    @Override
    public Answer answer(ApiCall call) {
      if (!call.path().endsWith(path)) {
        return proxmox.answer(call);
      }
      if (sent) {
        proxmox.answer(call);
      }
      throw new IllegalStateException("killed");
    }

    @Override
    public void close() {}
  }
}
