package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.simulator.Simulation;

/** What an assistant may not do alone, and does when a person has agreed to its plan. */
class ApproveUpdateTest {
  private static final Terminal TERMINAL = new Terminal(true, true, true, 120, false);

  @TempDir Path folder;
  private Simulation simulation;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void start() throws IOException {
    simulation = Simulation.start(Simulation.Options.standard().withSpeed(20));
    environment.putAll(InProcess.onNode(simulation, folder));
    Files.createDirectories(folder.resolve("infra/compute/guest"));
    Files.createDirectories(folder.resolve("infra/compute/host"));
    write(UpdateFiles.HOSTS, "{}");
    write(UpdateFiles.CONTAINERS, "{\"reboot\": \"if-required\"}");
  }

  @AfterEach
  void end() {
    simulation.close();
  }

  private void write(String file, String text) throws IOException {
    Files.writeString(folder.resolve("infra").resolve(file), text);
  }

  private InProcess by(String actor) {
    var own = new HashMap<>(environment);
    own.put("PIVM_ACTOR", actor);
    return InProcess.in(folder.resolve("infra")).with(own);
  }

  private static List<String> approveCommand(InProcess.Result refused) {
    var line = Pattern.compile("pivm (approve [^\n]+)").matcher(refused.err());
    assertThat(line.find()).as(refused.toString()).isTrue();
    return List.of(line.group(1).split(" "));
  }

  private InProcess.Result agree(List<String> words) {
    InProcess person = by("human").on(TERMINAL);
    return new InProcess(person.directory(), person.environment(), person.terminal(), "yes\n")
        .run(words.toArray(String[]::new));
  }

  private String history() {
    return by("human").run("history").out();
  }

  private void refusedThenAgreedThenDone(String... command) {
    InProcess.Result refused = by("assistant:test").run(command);
    assertThat(refused.exit()).as(refused.toString()).isEqualTo(Exit.UNCONFIRMED);
    assertThat(history()).doesNotContain("assistant");

    InProcess.Result agreed = agree(approveCommand(refused));
    assertThat(agreed.exit()).as(agreed.toString()).isEqualTo(Exit.DONE);
    assertThat(agreed.out()).contains("Approved.");

    InProcess.Result done = by("assistant:test").run(command);
    assertThat(done.exit()).as(done.toString()).isEqualTo(Exit.DONE);
    assertThat(history()).contains("assistant", "done");
  }

  @Test
  void aPersonAgreesToTheUpdateOfAllNodes() {
    refusedThenAgreedThenDone("update", "hosts");
  }

  @Test
  void aPersonAgreesToTheUpdateOfOneNodeByAnotherManifest() throws IOException {
    write("other.json", "{\"drain\": \"none\"}");
    refusedThenAgreedThenDone("update", "hosts", "pve-3", "--updates", "other.json");
    String run = history().lines().reduce((_, line) -> line).orElseThrow().split(" ")[0];
    assertThat(by("human").run("history", run).out())
        .contains("node pve-3: up for", "services: cron, dbus, ssh", "quorum: 2 of 3 votes");
  }

  @Test
  void aPersonAgreesToThePatchingOfContainers() {
    String shown = by("assistant:test").run("update", "containers", "100", "--dry-run").out();
    var plan = Pattern.compile("Plan ([0-9a-f]{12})").matcher(shown);
    assertThat(plan.find()).as(shown).isTrue();
    InProcess.Result agreed = agree(List.of("approve", plan.group(1), "100"));
    assertThat(agreed.exit()).as(agreed.toString()).isEqualTo(Exit.DONE);
    assertThat(agreed.out()).contains("lxc 100 ct100", "Approved.");
  }

  @Test
  void anAgreementToAnotherPlanDoesNotCount() {
    var words = new ArrayList<>(approveCommand(by("assistant:test").run("update", "hosts")));
    words.set(1, "000000000000");
    InProcess.Result agreed = agree(words);
    assertThat(agreed.exit()).isEqualTo(Exit.FAILED);
    assertThat(agreed.err()).contains("There is no plan 000000000000 any more");
    assertThat(by("assistant:test").run("update", "hosts").exit()).isEqualTo(Exit.UNCONFIRMED);
  }
}
