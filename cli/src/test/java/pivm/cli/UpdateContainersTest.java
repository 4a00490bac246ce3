package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;
import pivm.simulator.Simulation;

/** {@code pivm update containers} as root on a simulated node, by its own commands. */
class UpdateContainersTest {
  @TempDir Path folder;
  private Simulation simulation;
  private Path bin;
  private Path pmxcfs;

  @BeforeEach
  void start() throws IOException {
    simulation = Simulation.start(Simulation.Options.standard().withSpeed(20));
    bin = simulation.commands(folder.resolve("bin"));
    pmxcfs = simulation.clusterFilesystem(folder.resolve("pve"));
    Files.createDirectories(folder.resolve("infra/compute/guest"));
    manifest("{\"include\": [\"ct*\"]}");
  }

  @AfterEach
  void end() {
    simulation.close();
  }

  private void manifest(String text) throws IOException {
    Files.writeString(folder.resolve("infra").resolve(UpdateFiles.CONTAINERS), text);
  }

  private InProcess onNode() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PIVM_PROXMOX_VIA", "cli");
    environment.put("PATH", bin.toString());
    environment.put("PIVM_PROXMOX_PMXCFS", pmxcfs.toString());
    environment.put("PIVM_SETUP_STATE_DIR", folder.resolve("state").toString());
    environment.put("PIVM_ACTOR", "timer:pivm-containers.timer");
    return InProcess.in(folder.resolve("infra")).with(environment);
  }

  @Test
  void runningContainersOfAllNodesArePatchedByATimer() throws IOException {
    InProcess.Result result = onNode().run("update", "containers", "--output", "markdown");
    assertThat(result.exit()).as(result.toString()).isEqualTo(Exit.DONE);
    assertThat(result.out())
        .contains(
            "| Container | Node | System |", "| lxc 100 | pve-1 | Debian GNU/Linux 13 (trixie) |");
    assertThat(result.out()).contains("| lxc 104 | pve-2 |").doesNotContain("lxc 102 |");
    assertThat(result.err()).contains("lxc 102 is left out: it does not run");
    try (var logs = Files.list(folder.resolve("infra/update-logs"))) {
      List<Path> all = logs.toList();
      assertThat(all).hasSize(1);
      assertThat(all.getFirst().getFileName().toString()).matches("\\d{4}-\\d\\d-\\d\\d\\.log");
      assertThat(Files.readString(all.getFirst())).contains("lxc 104 on pve-2");
    }
    assertThat(onNode().run("update", "containers", "--last").out())
        .contains("lxc 104", "2 packages changed");
    assertThat(onNode().run("history").out()).contains("change lxc 100 ct100");
    assertThat(onNode().run("status").out()).contains("\n  patching  2 results, the latest ");
  }

  @Test
  void aProgramReadsTheResultAsJson() {
    InProcess.Result result = onNode().run("update", "containers", "100", "--json");
    assertThat(result.exit()).as(result.toString()).isEqualTo(Exit.DONE);
    String last = result.out().strip().lines().reduce((_, line) -> line).orElseThrow();
    Json.Obj container = JsonText.read(last).asObject().get("containers").objects().getFirst();
    assertThat(container.integer("vmid")).isEqualTo(100);
    assertThat(container.get("result").asObject().text("outcome")).isEqualTo("upgraded");
    assertThat(container.get("result").asObject().list("packages")).hasSize(2);
  }

  @Test
  void aDryRunChangesNothing() throws IOException {
    InProcess.Result shown = onNode().run("update", "containers", "--dry-run");
    assertThat(shown.exit()).as(shown.toString()).isEqualTo(Exit.DONE);
    assertThat(shown.out()).contains("~ lxc 100 ct100", "pre_automation_backup");
    manifest("{\"dry_run\": true}");
    assertThat(onNode().run("update", "containers").exit()).isEqualTo(Exit.DONE);
    assertThat(folder.resolve("infra/update-logs")).doesNotExist();
    simulation
        .cluster()
        .change(state ->
            assertThat(java.util.Objects.requireNonNull(state.findGuest(100)).system().begun())
                .isZero());
  }

  @Test
  void withATokenAloneItIsNotPermittedAndSaysWhatItTakes() {
    Map<String, String> environment = new HashMap<>();
    environment.put("PIVM_ENDPOINT", simulation.endpoint());
    environment.put("PIVM_TOKEN", simulation.token());
    environment.put("PIVM_FINGERPRINT", simulation.fingerprint());
    environment.put("PIVM_SETUP_STATE_DIR", folder.resolve("state").toString());
    InProcess.Result result =
        InProcess.in(folder.resolve("infra")).with(environment).run("update", "containers");
    assertThat(result.exit()).isEqualTo(Exit.NOT_PERMITTED);
    assertThat(result.out()).contains("takes a root shell on pve-1");
  }

  @Test
  void aWrongManifestIsToldWithEveryPlace() throws IOException {
    manifest("{\"schedul\": \"Sun 01:00\", \"parallel\": 0,\n \"include\": [\"tag:a b\"]}");
    InProcess.Result result = onNode().run("update", "containers");
    assertThat(result.exit()).isEqualTo(Exit.BAD_MANIFEST);
    assertThat(result.err())
        .contains(
            "proxmox_lxc_autoupdate.json:1:2: unknown field schedul; did you mean schedule?",
            "parallel is 0; write a whole number from 1 to 64",
            "proxmox_lxc_autoupdate.json:2:14: include has 'tag:a b'");
    assertThat(onNode().run("validate").exit()).isEqualTo(Exit.BAD_MANIFEST);
  }

  @Test
  void theSchemaAcceptsWhatIsShipped() {
    assertThat(onNode().run("schema", "containers").out()).contains("rollback_on_failure");
    assertThat(onNode().run("schema", "nothing").exit()).isEqualTo(Exit.WRONG_USAGE);
  }
}
