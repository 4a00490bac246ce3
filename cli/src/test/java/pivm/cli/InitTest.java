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
import pivm.engine.manifest.GuestSchema;
import pivm.engine.manifest.KnownKeys;
import pivm.simulator.Simulation;

class InitTest {
  @TempDir Path folder;
  private Simulation simulation;

  @BeforeEach
  void start() throws IOException {
    simulation = Simulation.start(Simulation.Options.standard().withSpeed(100));
  }

  @AfterEach
  void end() {
    simulation.close();
  }

  private InProcess typing(String text) {
    Map<String, String> environment =
        Map.of(
            "PIVM_ENDPOINT",
            simulation.endpoint(),
            "PIVM_TOKEN",
            simulation.token(),
            "PIVM_FINGERPRINT",
            simulation.fingerprint(),
            "PIVM_SETUP_STATE_DIR",
            folder.resolve("state").toString());
    return new InProcess(folder, environment, new Terminal(true, true, true, 100, false), text);
  }

  private InProcess nobody() {
    return InProcess.in(folder).with(typing("").environment());
  }

  private String manifest() throws IOException {
    return Files.readString(folder.resolve(Manifests.FOLDER).resolve(Manifests.FILE));
  }

  @Test
  void thePersonTakesTheSuggestedStorage() throws IOException {
    InProcess.Result made = typing("\n").run("init", "--no-git");
    assertThat(made.exit()).as(made.toString()).isEqualTo(Exit.DONE);
    assertThat(made.err()).contains("thin and able to snapshot", "[ceph]");
    assertThat(manifest()).containsIgnoringWhitespaces("\"defaults\": {\"storage\": \"ceph\"}");
    assertThat(nobody().run("validate").exit()).isEqualTo(Exit.DONE);
    assertThat(nobody().run("fmt", "--check").exit()).isEqualTo(Exit.DONE);
  }

  @Test
  void thePersonMayWantNone() throws IOException {
    typing("none\n").run("init", "--no-git");
    assertThat(manifest()).doesNotContain("defaults");
  }

  @Test
  void aStorageWithoutDisksIsRefusedAndNothingIsMade() {
    InProcess.Result made = nobody().run("init", "--no-git", "--storage", "nowhere");
    assertThat(made.exit()).isEqualTo(Exit.FAILED);
    assertThat(made.err()).contains("Storage nowhere holds no guest's disks", "local-lvm");
    assertThat(folder.resolve(Manifests.FOLDER)).doesNotExist();
  }

  @Test
  void aProgramIsOnlyToldTheSuggestion() throws IOException {
    InProcess.Result made = nobody().run("init", "--no-git");
    assertThat(made.err()).contains("new guests' disks could go to ceph");
    assertThat(manifest()).doesNotContain("defaults");
    assertThat(nobody().run("init", "--no-git").err()).doesNotContain("could go");
  }

  @Test
  void theSchemaLiesWhereTheManifestSaysSo() throws IOException {
    InProcess.in(folder).run("init", "--no-git", "--storage", "local-zfs");
    assertThat(manifest())
        .contains("\"$schema\": \"../../schemas/guest.json\"", "\"storage\": \"local-zfs\"");
    Path schema = folder.resolve(Manifests.FOLDER).resolve("../../schemas/guest.json");
    assertThat(Files.readString(schema))
        .isEqualToIgnoringWhitespace(GuestSchema.text(KnownKeys.builtIn()));
  }

  @Test
  void guestsAreImportedIntoTheNewManifest() throws IOException {
    InProcess.Result made = typing("\n").run("init", "--no-git", "--import");
    assertThat(made.exit()).as(made.toString()).isEqualTo(Exit.DONE);
    assertThat(manifest()).contains("\"vmid\": 100", "\"vmid\": 105", "ceph");
    assertThat(nobody().run("plan", "--detailed-exitcode").exit()).isEqualTo(Exit.DONE);
  }
}
