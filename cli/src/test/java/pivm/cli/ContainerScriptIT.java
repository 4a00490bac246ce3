package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.simulator.Simulation;
import pivm.simulator.state.ContainerSystem;
import pivm.simulator.state.Guest;

/** The script that patches containers, as root on a simulated node with its {@code pct}. */
class ContainerScriptIT {
  private static final String SCRIPT = Launched.script("compute/guest/proxmox_lxc_autoupdate.sh");

  /** So fast that the lock of a manager that was killed is freed within two seconds. */
  private static final int SPEED = 60;

  @TempDir Path folder;
  private Simulation simulation;
  private Path pmxcfs;
  private Path tree;
  private Launched timer;

  @BeforeEach
  void start() throws IOException {
    simulation = Simulation.start(Simulation.Options.standard().withSpeed(SPEED));
    pmxcfs = simulation.clusterFilesystem(folder.resolve("pve"));
    tree = folder.resolve("infra");
    Files.createDirectories(tree.resolve("compute/guest"));
    Files.writeString(tree.resolve(UpdateFiles.CONTAINERS), "{}");
    timer =
        Launched.in(folder)
            .onNode(simulation)
            .at(tree)
            .with("PIVM_ACTOR", "timer:pivm-containers.timer");
  }

  @AfterEach
  void end() {
    simulation.close();
  }

  private Launched.Begun begin(String... words) throws IOException {
    return timer.begin(
        Stream.concat(Stream.of(SCRIPT, "--updates", UpdateFiles.CONTAINERS), Arrays.stream(words))
            .toArray(String[]::new));
  }

  private Launched.Ended run(String... words) throws IOException, InterruptedException {
    return begin(words).ended();
  }

  private void change(int vmid, Consumer<Guest> change) {
    simulation
        .cluster()
        .change(cluster -> change.accept(Objects.requireNonNull(cluster.findGuest(vmid))));
  }

  private int begun() {
    var begun = new AtomicInteger();
    change(100, guest -> begun.set(guest.system().begun()));
    return begun.get();
  }

  private String log() throws IOException {
    try (var logs = Files.list(tree.resolve("update-logs"))) {
      Path only = logs.reduce((_, _) -> folder).orElseThrow();
      assertThat(String.valueOf(only.getFileName())).matches("\\d{4}-\\d\\d-\\d\\d\\.log");
      return Files.readString(only);
    }
  }

  @Test
  void itShowsThenPatchesWithATableAndALogAndTellsWhichOneFailed() throws Exception {
    Launched.Ended dry = run("--dry-run");
    assertThat(dry.code()).as(dry.toString()).isZero();
    assertThat(dry.out()).contains("~ lxc 100 ct100", "pre_automation_backup");
    assertThat(tree.resolve("update-logs")).doesNotExist();
    assertThat(begun()).isZero();

    change(104, guest -> guest.system().trouble(ContainerSystem.Trouble.NO_DNS));
    Launched.Ended patched = run("100", "104", "--output", "markdown");
    assertThat(patched.code()).as(patched.toString()).isEqualTo(Exit.FAILED.code());
    assertThat(patched.out())
        .contains("| Container | Node | System | Before | After |", "| lxc 100 | pve-1 |")
        .contains("| names can't be resolved in it |");
    assertThat(log())
        .contains("lxc 100 on pve-1", "* openssl ", "-> 2 packages changed; 1 security fix")
        .contains("lxc 104 on pve-2", "-> names can't be resolved in it");
  }

  @Test
  void wrongInputChangesNothingAndEndsWithItsCode() throws Exception {
    assertThat(run("--nonsense").code()).isEqualTo(64);
    assertThat(run("ct100").code()).isEqualTo(64);
    Launched.Ended missing = run("9999");
    assertThat(missing.code()).as(missing.toString()).isNotZero();
    Files.writeString(tree.resolve(UpdateFiles.CONTAINERS), "{\"paralel\": 2}");
    Launched.Ended bad = run();
    assertThat(bad.code()).isEqualTo(65);
    assertThat(bad.err()).contains("did you mean parallel?").doesNotContain("\tat ");
    assertThat(begun()).isZero();
  }

  @Test
  void killedInTheMiddleTheUpgradeEndsAndTheNextRunTellsWhatCameOfIt() throws Exception {
    change(100, guest -> guest.system().seconds(3 * SPEED));
    Process process = begin("100").process();
    for (int looks = 0; looks < 600 && begun() == 0; looks++) {
      assertThat(process.waitFor(100, TimeUnit.MILLISECONDS)).as("it has not ended").isFalse();
    }
    process.destroyForcibly().waitFor();
    assertThat(pmxcfs.resolve("priv/lock/pivm-apply")).as("the killed one's lock").exists();

    Launched.Ended next = run();
    assertThat(next.code()).as(next.toString()).isZero();
    assertThat(next.err() + next.out()).contains("100/upgrade", "2 packages changed");
    assertThat(pmxcfs.resolve("priv/lock/pivm-apply")).doesNotExist();
    assertThat(begun()).isEqualTo(1);
    assertThat(log()).contains("lxc 100 on pve-1");
    change(
        100,
        guest -> {
          assertThat(guest.system().packages()).containsEntry("openssl", "3.5.4-1");
          assertThat(guest.config().snapshotNames()).containsExactly("pre_automation_backup");
        });
  }
}
