package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;
import pivm.simulator.Simulation;

/** The commands against a simulated cluster over HTTPS, with everything that can be typed wrong. */
class CommandsOnAClusterTest {
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

  private InProcess here(String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PIVM_ENDPOINT", simulation.endpoint());
    environment.put("PIVM_TOKEN", simulation.token());
    environment.put("PIVM_FINGERPRINT", simulation.fingerprint());
    environment.put("PIVM_SETUP_STATE_DIR", folder.resolve("state").toString());
    environment.put("PIVM_ACTOR", "human");
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return InProcess.in(folder).with(environment);
  }

  private void declare(String... entries) throws IOException {
    SafeFile.write(
        folder.resolve(Manifests.FOLDER).resolve(Manifests.FILE),
        "[" + String.join(",", entries) + "]\n");
  }

  private static String container(int vmid, int memory) {
    return """
    {"type": "lxc", "vmid": %d, "hostname": "proxy-01", "node": "pve-1",
     "template": "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst",
     "memory": %d, "cores": 1, "storage": "local-lvm:8", "state": "running",
     "net0": "name=eth0,bridge=vmbr0,ip=dhcp"}
    """
        .formatted(vmid, memory);
  }

  @Test
  void aDeclaredContainerIsMadeAndTheNextPlanIsEmpty() throws IOException {
    declare(container(210, 512));

    assertThat(here().run("plan", "--detailed-exitcode").exit()).isEqualTo(Exit.DIFFERENCES);
    InProcess.Result applied = here().run("apply");
    assertThat(applied.exit()).as(applied.toString()).isEqualTo(Exit.DONE);
    assertThat(applied.out()).contains("+ lxc 210 proxy-01", "Verified: no differences.");
    assertThat(applied.err()).contains("✓ 210/create");
    assertThat(here().run("plan", "--detailed-exitcode").exit()).isEqualTo(Exit.DONE);
    assertThat(here().run("history").out()).contains("create lxc 210 proxy-01");
  }

  /** What a plan or a dry run shows to be confirmed can be confirmed by that id. */
  @Test
  void theIdsOfADryRunAreGood() throws IOException {
    declare(
        """
        {"type": "lxc", "vmid": 104, "hostname": "ct104",
         "template": "local:vztmpl/EXISTING", "state": "absent"}\
        """);
    InProcess.Result shown = here().run("apply", "--dry-run");
    Matcher id = Pattern.compile("To confirm\\s+([0-9a-f]{8})").matcher(shown.out());
    assertThat(id.find()).as(shown.toString()).isTrue();
    InProcess.Result applied = here().run("apply", "--confirm", id.group(1));
    assertThat(applied.exit()).as(applied.toString()).isEqualTo(Exit.DONE);
  }

  @Test
  void onANodeItsOwnCommandsDoTheSame(@TempDir Path node) throws IOException {
    Path bin = simulation.commands(node.resolve("bin"));
    Path pmxcfs = simulation.clusterFilesystem(node.resolve("pve"));
    InProcess root =
        here(
            "PIVM_PROXMOX_VIA",
            "cli",
            "PATH",
            bin.toString(),
            "PIVM_PROXMOX_PMXCFS",
            pmxcfs.toString());
    declare(container(210, 512));

    InProcess.Result applied = root.run("apply");
    assertThat(applied.exit()).as(applied.toString()).isEqualTo(Exit.DONE);
    assertThat(applied.out()).contains("Verified: no differences.");
    assertThat(here().run("plan", "--detailed-exitcode").exit()).isEqualTo(Exit.DONE);
  }

  @Test
  void withoutANodesCommandsTheWayByThemIsExplained(@TempDir Path node) {
    String pmxcfs = simulation.clusterFilesystem(node.resolve("pve")).toString();
    InProcess.Result result =
        here("PIVM_PROXMOX_VIA", "cli", "PIVM_PROXMOX_PMXCFS", pmxcfs).run("plan");

    assertThat(result.exit()).isEqualTo(Exit.WRONG_USAGE);
    assertThat(result.err()).contains("need root on a Proxmox VE node", "leave out --via cli");
  }

  @Test
  void planSpeaksJsonAsPromised() throws IOException {
    declare(container(210, 512));

    Json.Obj plan = JsonText.read(here().run("plan", "--json").out()).asObject();
    assertThat(plan.integer("format")).isEqualTo(1);
    assertThat(plan.get("summary").asObject().integer("create")).isEqualTo(1);
    assertThat(plan.get("changes").objects().getFirst().integer("vmid")).isEqualTo(210);
  }

  @Test
  void applySpeaksOneJsonObjectALine() throws IOException {
    declare(container(210, 512));

    InProcess.Result applied = here().run("apply", "--json");
    assertThat(applied.exit()).as(applied.toString()).isEqualTo(Exit.DONE);
    assertThat(applied.out().lines())
        .allSatisfy(line -> assertThat(JsonText.read(line)).isInstanceOf(Json.Obj.class));
    assertThat(applied.out()).contains("\"event\":\"run-ended\"");
  }

  @Test
  void importThenPlanHasNoDifferences() throws IOException {
    declare();

    assertThat(here().run("import").exit()).isEqualTo(Exit.DONE);
    InProcess.Result plan = here().run("plan", "--detailed-exitcode");
    assertThat(plan.exit()).as(plan.out()).isEqualTo(Exit.DONE);
  }

  @Test
  void destroyingIsAskedForAndAnIdAnswersOnce() throws IOException {
    // an id is bound to when the guest was started, which a hurrying clock would seem to move
    simulation.close();
    simulation = Simulation.start(Simulation.Options.standard());
    declare(container(210, 512));
    here().run("apply");

    InProcess.Result asked = here().run("guest", "remove", "210");
    assertThat(asked.exit()).isEqualTo(Exit.UNCONFIRMED);
    assertThat(asked.out()).contains("Pre-flight check of lxc 210 proxy-01", "uptime");
    Matcher id = Pattern.compile("--confirm ([0-9a-f]+)").matcher(asked.err());
    assertThat(id.find()).isTrue();
    InProcess.Result removed = here().run("guest", "remove", "210", "--confirm", id.group(1));
    assertThat(removed.exit()).as(removed.toString()).isEqualTo(Exit.DONE);
    assertThat(Files.readString(folder.resolve(Manifests.FOLDER).resolve(Manifests.FILE)))
        .doesNotContain("210");
    assertThat(here().run("apply", "--confirm", id.group(1)).exit()).isEqualTo(Exit.UNCONFIRMED);
  }

  @Test
  void aRunThatWasConfirmedByIdsIsVerifiedAfterwards() throws IOException {
    simulation.close();
    simulation = Simulation.start(Simulation.Options.standard());
    declare(container(210, 512));
    here().run("apply");
    declare(
        """
        {"type": "lxc", "vmid": 210, "hostname": "proxy-01",
         "template": "local:vztmpl/EXISTING", "state": "absent"}\
        """);
    Matcher id =
        Pattern.compile("--confirm ([0-9a-f]+)").matcher(here().run("apply", "--yes").err());
    assertThat(id.find()).isTrue();

    InProcess.Result applied = here().run("apply", "--yes", "--confirm", id.group(1));

    assertThat(applied.exit()).as(applied.toString()).isEqualTo(Exit.DONE);
    assertThat(applied.out() + applied.err()).contains("Verified: no differences.");
  }

  @Test
  void aPersonConfirmsByTypingTheName() throws IOException {
    declare(container(210, 512));
    here().run("apply");
    var terminal = new Terminal(true, true, true, 100, false);

    InProcess wrong = new InProcess(folder, here().environment(), terminal, "proxy-02\n");
    assertThat(wrong.run("guest", "remove", "210").exit()).isEqualTo(Exit.UNCONFIRMED);
    InProcess right = new InProcess(folder, here().environment(), terminal, "proxy-01\n");
    assertThat(right.run("guest", "remove", "210").exit()).isEqualTo(Exit.DONE);
  }

  @Test
  void anAssistantCannotConfirm() throws IOException {
    declare(container(210, 512));
    here().run("apply");

    InProcess.Result asked =
        here("PIVM_ACTOR", "assistant:gemini-cli").run("guest", "remove", "210");
    assertThat(asked.exit()).isIn(Exit.UNCONFIRMED, Exit.BLOCKED);
    assertThat(asked.err()).doesNotContain("--confirm");
    assertThat(here("PIVM_ACTOR", "assistant").run("approve", "x").exit())
        .isEqualTo(Exit.UNCONFIRMED);
  }

  @Test
  void anIdInUseByTheOtherTypeIsRefusedAndNothingChanges() throws IOException {
    declare(container(101, 512));

    InProcess.Result applied = here().run("apply");
    assertThat(applied.exit()).isEqualTo(Exit.BLOCKED);
    assertThat(applied.out()).contains("101");
    assertThat(here().run("history").out().lines().count()).isEqualTo(1);
  }

  @Test
  void aMissingTemplateIsNamed() throws IOException {
    declare(container(210, 512).replace("debian-13-standard", "debian-99-standard"));

    InProcess.Result applied = here().run("apply");
    assertThat(applied.exit()).isEqualTo(Exit.BLOCKED);
    assertThat(applied.out()).contains("debian-99-standard");
  }

  @Test
  void aWrongManifestIsToldWithItsPlaceAndNothingIsAsked() throws IOException {
    declare(container(210, 512).replace("\"memory\"", "\"memroy\""));

    InProcess.Result plan = here().run("plan");
    assertThat(plan.exit()).isEqualTo(Exit.BAD_MANIFEST);
    assertThat(plan.err()).contains("proxmox_dsc_state.json:", "memroy", "did you mean memory?");
  }

  @Test
  void eachWayOfNotGettingInHasItsSentenceAndCode() throws IOException {
    declare();
    String token = simulation.token();
    String wrong = token.substring(0, token.indexOf('=') + 1) + "canary-0815";

    check(here("PIVM_TOKEN", wrong), Exit.NOT_PERMITTED, "token");
    check(here("PIVM_FINGERPRINT", "AA".repeat(32)), Exit.UNREACHABLE, "fingerprint");
    check(here("PIVM_ENDPOINT", "https://127.0.0.1:1"), Exit.UNREACHABLE, "127.0.0.1:1");
    check(here("PIVM_ENDPOINT", ""), Exit.WRONG_USAGE, "PIVM_ENDPOINT");
    check(here("PIVM_TOKEN", ""), Exit.WRONG_USAGE, "PIVM_TOKEN");
    check(here("PIVM_TOKEN", "canary-0815"), Exit.WRONG_USAGE, "USER@REALM!NAME=SECRET");
  }

  private static void check(InProcess here, Exit exit, String word) {
    for (String[] line :
        List.of(new String[] {"plan"}, new String[] {"guest", "list", "--debug"})) {
      InProcess.Result result = here.run(line);
      assertThat(result.exit()).as(result.toString()).isEqualTo(exit);
      assertThat(result.err()).contains(word);
      assertThat(result.out() + result.err()).doesNotContain("canary-0815");
    }
  }

  @Test
  void aSecretShowsNowhere() throws IOException {
    declare(
        container(210, 512)
            .replace("\"cores\"", "\"password\": {\"secret\": \"env:ROOT_PASSWORD\"}, \"cores\""));
    InProcess here = here("ROOT_PASSWORD", "canary-4711");
    String token = simulation.token().substring(simulation.token().indexOf('=') + 1);

    var said = new StringBuilder();
    for (String[] line :
        List.of(
            new String[] {"plan", "--commands"},
            new String[] {"plan", "--json", "--save", "plan.json"},
            new String[] {"apply", "--json"},
            new String[] {"history"},
            new String[] {"config"},
            new String[] {"doctor"})) {
      InProcess.Result result = here.run(line);
      said.append(result.out()).append(result.err());
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        said.append(Files.readString(file));
      }
    }
    assertThat(said).contains("210/create").doesNotContain("canary-4711", token);
  }

  @Test
  void aFreeIdIsGivenToOneCallerOnly() throws IOException {
    declare();

    String first = here().run("next-id").out();
    assertThat(here().run("next-id").out()).isNotEqualTo(first);
  }

  @Test
  void statusSaysWhatToTypeNext() throws IOException {
    declare();

    assertThat(here().run().out()).contains("Cluster simulated", "Next: pivm import");
    declare(container(210, 512));
    assertThat(here().run("status").out()).contains("Next: pivm plan");
  }

  @Test
  void aSavedPlanIsRefusedOnceItIsStale() throws IOException {
    declare(container(210, 512));
    here().run("plan", "--save", "plan.json");
    declare(container(210, 1024));

    InProcess.Result applied = here().run("apply", "plan.json");
    assertThat(applied.exit()).isEqualTo(Exit.FAILED);
    assertThat(applied.err()).contains("stale");
  }

  @Test
  void aGuestIsDeclaredAndChangedByCommands() throws IOException {
    declare();

    InProcess.Result added =
        here()
            .run(
                "guest",
                "add",
                "210",
                "type=lxc",
                "hostname=proxy-01",
                "template=local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst",
                "memory=512",
                "storage=local-lvm:8",
                "state=running");
    assertThat(added.exit()).as(added.toString()).isEqualTo(Exit.DONE);
    assertThat(here().run("apply").exit()).isEqualTo(Exit.DONE);
    assertThat(here().run("guest", "set", "210", "memory=0").exit()).isEqualTo(Exit.BAD_MANIFEST);
    assertThat(here().run("guest", "set", "210", "memory=1024").exit()).isEqualTo(Exit.DONE);
    assertThat(here().run("drift").out()).contains("lxc 210 proxy-01", "memory", "512", "1024");
    assertThat(here().run("guest", "set", "999", "memory=1").err()).contains("pivm import 999");
  }
}
