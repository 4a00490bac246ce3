package pivm.engine.patching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pivm.engine.execution.RunResult;
import pivm.engine.execution.StepResult;
import pivm.engine.pipeline.Planned;
import pivm.engine.plan.Step;
import pivm.engine.rails.Verdict;
import pivm.proxmox.command.NodeShell;
import pivm.simulator.state.ContainerSystem;

/** Containers of a simulated cluster are patched behind a snapshot, and what fails is told. */
class PatchingTest {
  @TempDir Path folder;

  private static List<String> steps(Planned planned) {
    return planned.plan().steps().stream().map(Step::id).toList();
  }

  private static StepResult step(RunResult result, String id) {
    return result.steps().stream().filter(one -> one.step().equals(id)).findFirst().orElseThrow();
  }

  @Test
  void everyRunningContainerGetsASnapshotFirstAndThenItsPackages()
      throws InterruptedException, IOException {
    var world = new PatchingWorld(folder, List.of(203), 201, 202, 209);
    String manifest = "{\"reboot\": \"if-required\"}";
    Planned planned = world.plan(manifest);
    assertThat(steps(planned))
        .containsExactly(
            "201/snapshot",
            "201/upgrade",
            "201/reboot-if-required",
            "202/snapshot",
            "202/upgrade",
            "202/reboot-if-required",
            "209/snapshot",
            "209/upgrade",
            "209/reboot-if-required");
    assertThat(planned.reviewed().openConfirmations()).isEmpty();

    RunResult result = world.patch(manifest);
    assertThat(result.succeeded()).as(result.toString()).isTrue();
    assertThat(world.versions("openssl"))
        .isEqualTo(Map.of(201, "3.5.4-1", 202, "3.5.4-1", 203, "3.5.1-1", 209, "3.5.4-1"));
    assertThat(step(result, "202/upgrade").message())
        .isEqualTo("2 packages changed; 1 security fix");
    assertThat(step(result, "202/reboot-if-required").message()).isEqualTo("no restart is needed");
    assertThat(step(result, "201/reboot-if-required").message()).contains("restarted for libc6");
    assertThat(Files.readString(folder.resolve("update-logs/2026-11-24.log")))
        .contains("lxc 201 on pve-01", "* openssl 3.5.1-1 -> 3.5.4-1", "-> 3 packages changed");
    assertThat(world.last()).hasSize(3);
    assertThat(ContainerPatching.table(world.patching().last(null, world.proxmox.now())).markdown())
        .contains("| lxc 209 | pve-01 | Alpine Linux v3.22 | 4 | 4 | 2 | 1 |");
  }

  @Test
  void nothingIsDoneTwiceAndTheNextRunFindsNothing() throws InterruptedException {
    var world = new PatchingWorld(folder, 202);
    world.patch("{}");
    RunResult again = world.patch("{}");
    assertThat(step(again, "202/upgrade").message()).isEqualTo("up to date already");
    world.system(202, system -> assertThat(system.begun()).isEqualTo(2));
  }

  @Test
  void anotherNodesTimerLeavesOutWhatTheFirstHasPatched() throws InterruptedException {
    var world = new PatchingWorld(folder, 202, 204);
    world.byTimer();
    world.system(204, system -> system.trouble(ContainerSystem.Trouble.FAILS));
    world.patch("{}");
    // Neither is its snapshot from before the upgrade replaced; what failed is tried again.
    assertThat(steps(world.plan("{}"))).contains("204/upgrade").doesNotContain("202/snapshot");
    world.patch("{}");
    world.system(202, system -> assertThat(system.begun()).isEqualTo(1));
    world.system(204, system -> assertThat(system.begun()).isEqualTo(2));
    world.proxmox.sleep(java.time.Duration.ofHours(4));
    assertThat(steps(world.plan("{}"))).contains("202/snapshot", "202/upgrade");
  }

  @Test
  void ofContainersNeverPatchedThoseWithMostToDoComeFirst() throws InterruptedException {
    var world = new PatchingWorld(folder, 202, 204, 206);
    world.system(204, system -> List.of("a", "b", "c").forEach(one -> system.publish(one, "2")));
    world.system(206, system -> system.publish("a", "2"));
    assertThat(steps(world.plan("{}")).stream().filter(id -> id.endsWith("/upgrade")))
        .containsExactly("204/upgrade", "206/upgrade", "202/upgrade");
  }

  @ParameterizedTest
  @CsvSource({
    "NO_NETWORK, 'it has no default route, so no network'",
    "NO_DNS, 'names can''t be resolved in it'",
    "NO_SPACE, its disk is full",
    "BROKEN, dpkg was left unfinished in it",
    "FAILS, 'the upgrade failed: E: a script failed'",
    "LOSES_SERVICE, down since: ssh"
  })
  void whatGoesWrongIsNamedAndTheOthersAreDone(ContainerSystem.Trouble trouble, String words)
      throws InterruptedException {
    var world = new PatchingWorld(folder, 202, 204);
    world.system(202, system -> system.trouble(trouble));
    RunResult result = world.patch("{\"reboot\": \"if-required\"}");
    assertThat(step(result, "202/upgrade").status()).isEqualTo(StepResult.Status.FAILED);
    assertThat(step(result, "202/upgrade").message()).contains(words);
    assertThat(step(result, "202/reboot-if-required").status())
        .isEqualTo(StepResult.Status.SKIPPED);
    assertThat(step(result, "204/upgrade").done()).isTrue();
  }

  @Test
  void aLockedPackageManagerIsLeftForLater() throws InterruptedException {
    var world = new PatchingWorld(folder, 202);
    world.system(202, system -> system.trouble(ContainerSystem.Trouble.LOCKED));
    StepResult upgrade = step(world.patch("{}"), "202/upgrade");
    assertThat(upgrade.status()).isEqualTo(StepResult.Status.SKIPPED);
    assertThat(upgrade.message()).contains("another process has held the lock", "run again later");
  }

  @Test
  void anUpgradeWithoutEndFailsInTimeAndIsLeftToItself() throws InterruptedException {
    var world = new PatchingWorld(folder, 202);
    world.system(202, system -> system.trouble(ContainerSystem.Trouble.HANGS));
    StepResult upgrade = step(world.patch("{\"timeout\": 10}"), "202/upgrade");
    assertThat(upgrade.status()).isEqualTo(StepResult.Status.FAILED);
    assertThat(upgrade.message()).contains("within 10 minutes", "/var/lib/pivm-patch/202-");
    assertThat(upgrade.took().toMinutes()).isBetween(10L, 11L);
  }

  @Test
  void whatFailsGoesBackToTheRunsOwnSnapshotWhereThatIsAskedFor() throws InterruptedException {
    var world = new PatchingWorld(folder, 202);
    world.system(202, system -> system.trouble(ContainerSystem.Trouble.LOSES_SERVICE));
    Planned planned = world.plan("{\"rollback_on_failure\": true}");
    assertThat(planned.reviewed().openConfirmations()).isEmpty();
    assertThat(planned.reviewed().verdicts())
        .anySatisfy(verdict -> {
          assertThat(verdict.result()).isEqualTo(Verdict.Result.ALLOWED);
          assertThat(verdict.message())
              .contains("go back to its snapshot of this run if it fails", "rollback_on_failure");
        });
    StepResult upgrade = step(world.patch("{\"rollback_on_failure\": true}"), "202/upgrade");
    assertThat(upgrade.message()).contains("rolled back to pre_automation_backup of this run");
    assertThat(world.versions("openssl")).containsEntry(202, "3.5.1-1");
    assertThat(world.nodes.reaches("pve-02")).isTrue();
    world.system(202, system -> assertThat(system.services()).contains("ssh"));
  }

  @Test
  void containersAtRestAreStartedPatchedAndShutDownAgain() throws InterruptedException {
    var world = new PatchingWorld(folder, List.of(202, 204), 201);
    RunResult result = world.patch("{\"stopped\": \"start-patch-stop\"}");
    assertThat(result.succeeded()).as(result.toString()).isTrue();
    assertThat(world.versions("openssl").values()).containsOnly("3.5.4-1");
    world.cluster.change(state -> {
      assertThat(java.util.Objects.requireNonNull(state.findGuest(202)).isRunning()).isFalse();
      assertThat(java.util.Objects.requireNonNull(state.findGuest(201)).isRunning()).isTrue();
    });
  }

  @Test
  void aContainerAtRestThatFailsIsAtRestAgain() throws InterruptedException {
    var world = new PatchingWorld(folder, List.of(202));
    world.system(202, system -> system.trouble(ContainerSystem.Trouble.FAILS));
    RunResult result = world.patch("{\"stopped\": \"start-patch-stop\"}");
    assertThat(step(result, "202/upgrade").status()).isEqualTo(StepResult.Status.FAILED);
    world.cluster.change(state ->
        assertThat(java.util.Objects.requireNonNull(state.findGuest(202)).isRunning()).isFalse());
  }

  @Test
  void whatTheManifestLeavesOutIsToldWithItsReason() throws InterruptedException {
    var world = new PatchingWorld(folder, List.of(203), 201, 202, 204, 206);
    var prepared =
        world.prepare(
            "{\"include\": [201, \"ct20?\", \"tag:none\"], \"exclude\": [204, \"ct206\"]}");
    var planned =
        new pivm.engine.pipeline.Pipeline(world.around())
            .planDirectly(
                new pivm.engine.manifest.Desired(List.of()),
                prepared.guests(),
                (inventory, _) -> prepared.plan(inventory),
                pivm.engine.pipeline.Pipeline.Words.none());
    assertThat(steps(planned)).contains("201/upgrade", "202/upgrade").doesNotContain("204/upgrade");
    assertThat(prepared.left())
        .containsEntry(203, "it does not run (stopped: skip)")
        .containsEntry(204, "the manifest excludes it")
        .containsEntry(206, "the manifest excludes it");
  }

  @Test
  void withoutAShellOnTheNodesNothingIsPermitted() throws InterruptedException {
    var world = new PatchingWorld(folder, 202);
    var around = world.around(NodeShell.none());
    var prepared = world.prepare("{}");
    var planned =
        new pivm.engine.pipeline.Pipeline(around)
            .planDirectly(
                new pivm.engine.manifest.Desired(List.of()),
                prepared.guests(),
                (inventory, _) -> prepared.plan(inventory),
                pivm.engine.pipeline.Pipeline.Words.none());
    assertThat(planned.reviewed().notPermitted()).isTrue();
  }

  @Test
  void aLostConnectionDoesNotBeginTheUpgradeTwice() throws InterruptedException {
    var world = new PatchingWorld(folder, 202);
    var begins = new AtomicInteger();
    world.nodes.fault((node, task) -> {
      boolean begin = task.command().contains("begin");
      if (begin && begins.incrementAndGet() == 1) {
        // It reached the container; only the answer was lost.
        world.cluster.shell(node).run(task.command(), new pivm.simulator.command.Terminal.Kept());
        return "connection reset";
      }
      return null;
    });
    RunResult result = world.patch("{}");
    assertThat(step(result, "202/upgrade").done()).isTrue();
    assertThat(begins.get()).isEqualTo(2);
    world.system(202, system -> assertThat(system.begun()).isEqualTo(1));
  }

  @Test
  void aKilledRunIsSettledByWhatCameOfItInTheContainer() throws InterruptedException {
    var world = new PatchingWorld(folder, 202);
    var polls = new AtomicInteger();
    world.nodes.fault((_, task) -> {
      if (task.command().contains("poll") && polls.incrementAndGet() == 2) {
        throw new IllegalStateException("killed");
      }
      return null;
    });
    assertThatThrownBy(() -> world.patch("{}")).hasMessageContaining("killed");
    world.nodes.fault((_, _) -> null);
    var report = world.settle();
    assertThat(report).singleElement().satisfies(one -> assertThat(one.settled()).isTrue());
    assertThat(report.getFirst().findings().getFirst().evidence()).contains("2 packages changed");
    world.byTimer();
    assertThat(steps(world.plan("{}"))).isEmpty();
    world.system(202, system -> assertThat(system.begun()).isEqualTo(1));
    assertThat(world.last()).hasSize(1);
  }

  @Test
  void aKilledRunThatHadStartedAContainerLeavesItAtRest() throws InterruptedException {
    var world = new PatchingWorld(folder, List.of(202));
    var polls = new AtomicInteger();
    world.nodes.fault((_, task) -> {
      if (task.command().contains("poll") && polls.incrementAndGet() == 1) {
        throw new IllegalStateException("killed");
      }
      return null;
    });
    assertThatThrownBy(() -> world.patch("{\"stopped\": \"start-patch-stop\"}"))
        .hasMessageContaining("killed");
    world.nodes.fault((_, _) -> null);
    world.settle();
    world.cluster.change(state ->
        assertThat(java.util.Objects.requireNonNull(state.findGuest(202)).isRunning()).isFalse());
    assertThat(world.versions("openssl")).containsEntry(202, "3.5.4-1");
  }

  @Test
  void oldLogsGoAndOtherFilesStay() throws IOException {
    var world = new PatchingWorld(folder, 202);
    Path logs = Files.createDirectories(folder.resolve("update-logs"));
    for (String name : List.of("2026-01-01.log", "2026-11-23.log", "notes.log", "2026-01-01.txt")) {
      Files.writeString(logs.resolve(name), "");
    }
    world
        .patching()
        .expire(
            PatchingWorld.manifest("{\"keep_logs_days\": 30}"),
            Instant.parse("2026-11-24T00:00:00Z"));
    var names = new ArrayList<String>();
    try (var all = Files.list(logs)) {
      all.forEach(file -> names.add(file.getFileName().toString()));
    }
    assertThat(names).containsExactlyInAnyOrder("2026-11-23.log", "notes.log", "2026-01-01.txt");
  }
}
