package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.simulator.Simulation;

/** A Proxmox VE that is newer than PIVM: its guests have a config key that PIVM never heard of. */
class NewerKeysTest {
  @TempDir Path folder;
  private Simulation simulation;

  @BeforeEach
  void start() throws IOException {
    simulation = Simulation.start(Simulation.Options.standard().withSpeed(100));
    simulation
        .cluster()
        .change(cluster -> {
          cluster.newerKeys().add("quantum");
          cluster.guests().forEach(guest -> guest.config().put("quantum", "entangled=1"));
        });
  }

  @AfterEach
  void end() {
    simulation.close();
  }

  private InProcess here() {
    return InProcess.in(folder)
        .with(
            Map.of(
                "PIVM_ENDPOINT",
                simulation.endpoint(),
                "PIVM_TOKEN",
                simulation.token(),
                "PIVM_FINGERPRINT",
                simulation.fingerprint(),
                "PIVM_SETUP_STATE_DIR",
                folder.resolve("state").toString(),
                "PIVM_ACTOR",
                "human"));
  }

  private Path manifest() {
    return folder.resolve(Manifests.FOLDER).resolve(Manifests.FILE);
  }

  private void imported() throws IOException {
    SafeFile.write(manifest(), "[]\n");
    assertThat(here().run("import").exit()).isEqualTo(Exit.DONE);
    assertThat(Files.readString(manifest())).contains("\"quantum\": \"entangled=1\"");
  }

  @Test
  void importedGuestsPlanWithoutDifferences() throws IOException {
    imported();
    InProcess.Result plan = here().run("plan", "--detailed-exitcode");
    assertThat(plan.exit()).as(plan.toString()).isEqualTo(Exit.DONE);
    assertThat(folder.resolve("state/schema")).isNotEmptyDirectory();
  }

  @Test
  void aNewerKeyIsChangedAndTakenOut() throws IOException {
    imported();
    set("entangled=0");
    assertThat(quantum(102)).isEqualTo("entangled=0");
    set("null");
    assertThat(quantum(102)).isEqualTo("none");
  }

  private void set(String value) {
    assertThat(here().run("guest", "set", "102", "options.quantum=" + value).exit())
        .isEqualTo(Exit.DONE);
    InProcess.Result applied = here().run("apply");
    assertThat(applied.exit()).as(applied.toString()).isEqualTo(Exit.DONE);
  }

  private String quantum(int vmid) {
    return simulation
        .cluster()
        .with(cluster ->
            cluster.guests().stream()
                .filter(guest -> guest.vmid() == vmid)
                .findFirst()
                .orElseThrow()
                .config()
                .get("quantum", "none"));
  }

  @Test
  void aKeyThatTheNodeLacksIsAnError() throws IOException {
    imported();
    InProcess.Result set = here().run("guest", "set", "100", "options.quantun=1");
    assertThat(set.exit()).isEqualTo(Exit.BAD_MANIFEST);
    assertThat(set.err())
        .contains("options.quantun is no config key of containers; did you mean quantum?");
  }

  @Test
  void validatingAsksNobodyButRemembers() throws IOException {
    imported();
    assertThat(here().run("validate").exit()).isEqualTo(Exit.BAD_MANIFEST);
    here().run("plan");
    assertThat(here().run("validate").exit()).isEqualTo(Exit.DONE);
  }

  @Test
  void withoutAConnectionItIsThePlainError() throws IOException {
    imported();
    InProcess.Result set = InProcess.in(folder).run("guest", "set", "100", "memory=600");
    assertThat(set.exit()).isEqualTo(Exit.BAD_MANIFEST);
    assertThat(set.err()).contains("options.quantum is no config key of containers");
  }
}
