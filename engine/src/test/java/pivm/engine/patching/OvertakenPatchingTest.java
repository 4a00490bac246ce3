package pivm.engine.patching;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.StepResult;
import pivm.proxmox.ApiCall;
import pivm.simulator.state.ContainerSystem;

/** Another machine's run holds the lock, and patches, while this one waits with its plan made. */
class OvertakenPatchingTest {
  @TempDir Path folder;

  private static Instant snapshot(PatchingWorld world, int vmid) {
    return world
        .proxmox
        .call(ApiCall.get("/nodes/pve-02/lxc/" + vmid + "/snapshot"))
        .objects()
        .stream()
        .filter(one -> "pre_automation_backup".equals(one.text("name")))
        .map(one -> Instant.ofEpochSecond(Objects.requireNonNull(one.integer("snaptime"))))
        .findFirst()
        .orElseThrow();
  }

  /** The lock is given once the other has done its work. */
  private void waitingFor(PatchingWorld world, String manifest, Integer... named) {
    var other = new PatchingWorld(folder.resolve("other"), world);
    world.lock((_, _) -> {
      other.patch(manifest, named);
      world.proxmox.sleep(java.time.Duration.ofSeconds(5));
      return ClusterLock.NONE;
    });
  }

  private static List<String> done(PatchingWorld.Overtaken run) {
    return run.result().steps().stream().filter(StepResult::done).map(StepResult::step).toList();
  }

  @Test
  void whatTheOtherHasPatchedIsLeftOutAndItsSnapshotStays() throws InterruptedException {
    var world = new PatchingWorld(folder, 202, 204);
    waitingFor(world, "{}", 202);
    PatchingWorld.Overtaken run = world.patchRenewing("{}");
    assertThat(run.result().succeeded()).as(run.toString()).isTrue();
    assertThat(run.told()).containsExactly(202);
    assertThat(run.left()).containsEntry(202, "another run has patched it meanwhile");
    assertThat(done(run)).containsExactly("204/snapshot", "204/upgrade");
    world.system(202, system -> assertThat(system.begun()).isEqualTo(1));
    assertThat(snapshot(world, 202)).isBefore(snapshot(world, 204));
  }

  /** This one's plan would remove the other's snapshot, since one was there before. */
  @Test
  void aSnapshotThatTheOtherHasReplacedIsNotRemovedByAnOldPlan() throws InterruptedException {
    var world = new PatchingWorld(folder, 202);
    world.patch("{}");
    world.proxmox.sleep(java.time.Duration.ofHours(4));
    waitingFor(world, "{}");
    PatchingWorld.Overtaken run = world.patchRenewing("{}");
    assertThat(run.result().steps()).isEmpty();
    assertThat(run.left()).containsEntry(202, "another run has patched it meanwhile");
    world.system(202, system -> assertThat(system.begun()).isEqualTo(2));
  }

  @Test
  void whereTheOtherHasFailedItIsPlannedAnewAndTried() throws InterruptedException {
    var world = new PatchingWorld(folder, 202);
    world.system(202, system -> system.trouble(ContainerSystem.Trouble.FAILS));
    waitingFor(world, "{}");
    PatchingWorld.Overtaken run = world.patchRenewing("{}");
    assertThat(run.told()).containsExactly(202);
    assertThat(done(run)).containsExactly("202/snapshot-remove", "202/snapshot");
    assertThat(run.result().steps().getLast().message()).contains("the upgrade failed");
    world.system(202, system -> assertThat(system.begun()).isEqualTo(2));
  }

  @Test
  void oneAtRestThatTheOtherHasPatchedIsNotStartedAgain() throws InterruptedException {
    String manifest = "{\"stopped\": \"start-patch-stop\"}";
    var world = new PatchingWorld(folder, List.of(202));
    waitingFor(world, manifest);
    PatchingWorld.Overtaken run = world.patchRenewing(manifest);
    assertThat(run.result().steps()).isEmpty();
    assertThat(run.left()).containsEntry(202, "another run has changed it meanwhile");
    world.system(202, system -> assertThat(system.begun()).isEqualTo(1));
  }

  @Test
  void withNobodyElseThePlanIsRunAsItWasAgreedTo() throws InterruptedException {
    var world = new PatchingWorld(folder, 202);
    PatchingWorld.Overtaken run = world.patchRenewing("{}");
    assertThat(run.told()).isEmpty();
    assertThat(done(run)).containsExactly("202/snapshot", "202/upgrade");
  }
}
