package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.engine.history.History;
import pivm.engine.history.Run;
import pivm.engine.history.StateLock;
import pivm.engine.setup.Job;
import pivm.engine.setup.SetupRecord;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;
import pivm.simulator.Simulation;

/** What the state at a glance tells besides the guests: what waits, and what comes next. */
class StatusTest {
  private static final String NODE = "pve-1";

  @TempDir Path folder;
  private Path state;
  private Simulation simulation;
  private InProcess elsewhere;
  private InProcess node;

  @BeforeEach
  void start() throws IOException {
    state = folder.resolve("state");
    simulation = Simulation.start(Simulation.Options.standard().withGuests(0).withNodes(2));
    elsewhere =
        InProcess.in(folder)
            .with(
                Map.of(
                    "PIVM_ENDPOINT", simulation.endpoint(),
                    "PIVM_TOKEN", simulation.token(),
                    "PIVM_FINGERPRINT", simulation.fingerprint(),
                    "PIVM_SETUP_STATE_DIR", state.toString()));
    node = InProcess.in(folder).with(InProcess.onNode(simulation, folder));
    SafeFile.write(folder.resolve(Manifests.FOLDER).resolve(Manifests.FILE), "[]\n");
  }

  @AfterEach
  void end() {
    simulation.close();
  }

  private static List<String> lines(InProcess pivm, String word) {
    InProcess.Result shown = pivm.run("status");
    assertThat(shown.exit()).as(shown.toString()).isEqualTo(Exit.DONE);
    String begin = ("  " + word + "          ").substring(0, 12);
    return shown
        .out()
        .lines()
        .filter(line -> line.startsWith(begin))
        .map(line -> line.substring(begin.length()))
        .toList();
  }

  private static Json.Obj json(InProcess pivm) {
    InProcess.Result shown = pivm.run("status", "--json");
    assertThat(shown.exit()).as(shown.toString()).isEqualTo(Exit.DONE);
    return JsonText.read(shown.out()).asObject();
  }

  @Test
  void aNetworkThatWaitsToBeConfirmedIsToldWithTheSecondsThatAreLeft() {
    assertThat(lines(node, "waits")).isEmpty();
    simulation
        .cluster()
        .change(cluster -> {
          var one = cluster.node(NODE);
          one.network().back().arm(cluster.time(), one, 90, "pivm-1");
        });
    assertThat(lines(node, "waits"))
        .singleElement()
        .satisfies(line ->
            assertThat(line)
                .matches(
                    "network of pve-1 goes back in \\d+ s unless: pivm network confirm pve-1"));
    assertThat(json(node).list("waits")).hasSize(1);
  }

  @Test
  void aNetworkThatIsOnlyWrittenAsPendingIsTold() throws IOException {
    SafeFile.write(
        folder.resolve(NetworkManifest.FILE),
        "{\"nodes\": {\"pve-1\": [{\"iface\": \"vmbr5\", \"type\": \"bridge\"}]}}");
    assertThat(elsewhere.run("network", "apply").exit()).isEqualTo(Exit.NOT_PERMITTED);
    assertThat(lines(elsewhere, "waits"))
        .containsExactly(
            "network of pve-1: what PIVM wrote as pending is not applied, and a restart would take"
                + " it into use; pivm network apply");
  }

  @Test
  void nodesWhoseUpdateDidNotEndAreToldWithWhatIsToBeTakenBackThere() throws IOException {
    // As an update leaves it that was killed while the first node was drained.
    SafeFile.write(
        state.resolve("updates/hosts.json"),
        """
        {"nodes": {"pve-1": {"maintenance": true, "moved": [101]}}, "open": ["pve-1", "pve-2"]}
        """);
    assertThat(lines(elsewhere, "waits"))
        .containsExactly(
            "node pve-1 is left with HA maintenance, guests moved away: 101: its update did not"
                + " end; pivm update hosts --continue",
            "node pve-2: its update did not end; pivm update hosts --continue");
    assertThat(json(elsewhere).list("waits")).hasSize(2);
  }

  @Test
  void aRunThatGoesOnIsToldApartFromOneThatWasKilled() throws IOException {
    SafeFile.write(
        folder.resolve(Manifests.FOLDER).resolve(Manifests.FILE),
        """
        [{"type": "lxc", "vmid": 210, "hostname": "web", "memory": 512, "cores": 1,
          "template": "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst",
          "storage": "local-lvm:4", "state": "stopped"}]
        """);
    assertThat(elsewhere.run("apply", "--yes").exit()).isEqualTo(Exit.DONE);
    Run whole = new History(state).runs().getFirst();
    Path journal = state.resolve("runs").resolve(whole.id() + ".jsonl");
    List<String> lines = Files.readAllLines(journal);
    Files.write(journal, lines.subList(0, lines.size() - 1));

    assertThat(lines(elsewhere, "last run")).containsExactly(whole.id() + ": not ended");
    assertThat(elsewhere.run("status").out()).contains("Next: pivm resume");
    try (StateLock held = StateLock.take(state, "apply")) {
      assertThat(held).isNotNull();
      assertThat(lines(elsewhere, "last run"))
          .containsExactly(
              whole.id() + ": going on (process " + ProcessHandle.current().pid() + ", apply)");
      assertThat(elsewhere.run("status").out()).contains("Next: pivm history " + whole.id());
    }
  }

  @Test
  void timersAreToldOnlyWherePivmIsSetUp() throws IOException {
    assertThat(lines(elsewhere, "timers")).isEmpty();
    assertThat(json(elsewhere).get("timers")).isEqualTo(Json.Null.NULL);
    SafeFile.write(state.resolve(SetupRecord.FILE), "");
    assertThat(lines(elsewhere, "timers")).hasSize(1);
    assertThat(json(elsewhere).get("timers").asObject().has("next")).isTrue();
    SafeFile.write(folder.resolve(UpdateFiles.HOSTS), "{\"schedule\": \"every now and then\"}");
    assertThat(lines(elsewhere, "timers"))
        .singleElement()
        .satisfies(line -> assertThat(line).contains("every now and then"));
  }

  private static Job job(String unit, String calendar) {
    return new Job(unit, "", List.of(), calendar, "0", true, Job.Confinement.READER);
  }

  @Test
  void theTimerThatRunsFirstIsToldFirst() {
    var timers =
        NextTimers.of(
            List.of(
                job("pivm-hosts", "Sun 04:00"),
                job("pivm-never", "2020-01-01"),
                job("pivm-drift", "*:5/15")),
            Instant.parse("2026-01-16T23:50:00Z"),
            ZoneOffset.UTC);
    assertThat(timers.text()).isEqualTo("pivm-drift in 15 min, pivm-hosts in 1 d 4 h");
    assertThat(JsonText.write(timers.form()))
        .isEqualTo(
            "{\"next\":[{\"unit\":\"pivm-drift\",\"at\":\"2026-01-17T00:05:00Z\",\"in\":900},"
                + "{\"unit\":\"pivm-hosts\",\"at\":\"2026-01-18T04:00:00Z\",\"in\":101400}]}");
    var off = NextTimers.of(List.of(), Instant.EPOCH, ZoneOffset.UTC);
    assertThat(off.text()).isEqualTo("all off");
    assertThat(JsonText.write(off.form())).isEqualTo("{\"next\":[]}");
  }
}
