package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import pivm.simulator.state.Access;
import pivm.simulator.state.User;

/** What goes wrong around a run: rights, sight, places to write, other clusters, odd files. */
class HostileUseTest {
  private static final String SECRET = "canary-2718";

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
    return at(simulation, more);
  }

  private InProcess at(Simulation cluster, String... more) {
    Map<String, String> environment = new HashMap<>();
    environment.put("PIVM_ENDPOINT", cluster.endpoint());
    environment.put("PIVM_TOKEN", cluster.token());
    environment.put("PIVM_FINGERPRINT", cluster.fingerprint());
    environment.put("PIVM_SETUP_STATE_DIR", folder.resolve("state").toString());
    environment.put("PIVM_ACTOR", "human");
    for (int i = 0; i < more.length; i += 2) {
      environment.put(more[i], more[i + 1]);
    }
    return InProcess.in(folder).with(environment);
  }

  /** Calls as a token of a user that holds one role on everything; of none when it is empty. */
  private InProcess as(String user, String role) {
    simulation
        .cluster()
        .change(cluster -> {
          cluster.access().addUser(user).tokens().put("t", new User.Token(SECRET, false, 0, null));
          if (!role.isEmpty()) {
            cluster.access().grant(new Access.Entry("/", "user", user, role, true));
          }
        });
    return here("PIVM_TOKEN", user + "!t=" + SECRET);
  }

  private Path manifest() {
    return folder.resolve(Manifests.FOLDER).resolve(Manifests.FILE);
  }

  private void declare(String... entries) throws IOException {
    SafeFile.write(manifest(), "[" + String.join(",", entries) + "]\n");
  }

  private static String container(int vmid, String node, int memory) {
    return """
    {"type": "lxc", "vmid": %d, "hostname": "proxy-%d", "node": "%s",
     "template": "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst",
     "memory": %d, "storage": "local-lvm:8", "state": "running"}
    """
        .formatted(vmid, vmid, node, memory);
  }

  private boolean exists(int vmid) {
    return simulation.cluster().with(cluster -> cluster.findGuest(vmid) != null);
  }

  private static InProcess.Result check(InProcess here, Exit exit, String... line) {
    InProcess.Result result = here.run(line);
    assertThat(result.exit()).as("%s: %s", List.of(line), result).isEqualTo(exit);
    assertThat(result.err()).doesNotContain("fault in PIVM", "\tat ");
    assertThat(result.out() + result.err()).doesNotContain(SECRET);
    return result;
  }

  @Test
  void aManifestThatIsNoTextIsABadManifest() throws IOException {
    declare();
    Files.write(
        manifest(), "[{\"hostname\": \"m\u00fcll\"}]".getBytes(StandardCharsets.ISO_8859_1));

    for (String command : List.of("plan", "apply", "validate")) {
      assertThat(check(here(), Exit.BAD_MANIFEST, command).err())
          .contains("proxmox_dsc_state.json", "UTF-8");
    }
  }

  @Test
  void brokenJsonIsToldByItsPlaceAndNotByTheReadersInnards() throws IOException {
    declare();
    Files.writeString(manifest(), "[{");

    assertThat(check(here(), Exit.BAD_MANIFEST, "plan").err())
        .contains("proxmox_dsc_state.json:1:3", "is not JSON", "end-of-input")
        .doesNotContain("Source", "REDACTED");
  }

  @Test
  void aReadOnlyTokenMayPlanAndIsToldWhatApplyWouldNeed() throws IOException {
    declare(container(210, "pve-1", 512));
    InProcess auditor = as("auditor@pve", "PVEAuditor");

    assertThat(check(auditor, Exit.DONE, "plan").out()).contains("+ lxc 210 proxy-210");
    assertThat(check(auditor, Exit.NOT_PERMITTED, "apply").out())
        .contains("VM.Allocate", "pveum acl modify", "--users auditor@pve");
    assertThat(check(auditor, Exit.NOT_PERMITTED, "guest", "start", "102").out())
        .contains("VM.PowerMgmt on /vms/102");
    assertThat(check(auditor, Exit.DONE, "health").out()).contains("No node is at risk");
    simulation
        .cluster()
        .change(cluster -> {
          cluster.node("pve-1").failedServices().add("pvestatd");
          cluster.node("pve-2").kernels().add("6.17.10-1-pve");
        });
    assertThat(check(auditor, Exit.DIFFERENCES, "health").out())
        .contains("| Subject", "failed: pvestatd", "the kernel 6.17.10-1-pve is installed");
    assertThat(exists(210)).isFalse();
  }

  @Test
  void aTokenThatSeesNothingIsNotTakenForAnEmptyCluster() throws IOException {
    declare(container(210, "pve-1", 512));
    InProcess blind = as("blind@pve", "");

    assertThat(check(blind, Exit.DONE, "plan").out()).contains("missing VM.Audit on /vms");
    assertThat(check(blind, Exit.NOT_PERMITTED, "apply").out())
        .contains("missing VM.Audit on /vms", "pveum acl modify /vms --users blind@pve");
    assertThat(check(blind, Exit.NOT_PERMITTED, "next-id").out()).isEmpty();
    assertThat(check(blind, Exit.PARTLY_DONE, "health").err()).contains("Not known", "node pve-1");
    for (String command : List.of("import", "status")) {
      assertThat(check(blind, Exit.DONE, command).err()).contains("not every guest can be seen");
    }
    assertThat(check(blind, Exit.DONE, "guest", "list").err()).contains("VM.Audit on /vms");
    assertThat(exists(210)).isFalse();
  }

  @Test
  void withANodeOfflineTheRestIsDoneAndSaysWhatWasLeftOut() throws IOException {
    declare(container(210, "pve-1", 512), container(211, "pve-3", 512));
    simulation.cluster().change(cluster -> cluster.node("pve-3").online(false));

    InProcess.Result applied = check(here(), Exit.PARTLY_DONE, "apply");
    assertThat(applied.out())
        .contains("? lxc 211 proxy-211", "Verified: no differences in what can be seen");
    assertThat(exists(210)).isTrue();
    assertThat(exists(211)).isFalse();
    assertThat(check(here(), Exit.DONE, "status").out()).contains("unknown", "node pve-3: offline");

    Json.Obj plan = JsonText.read(here().run("plan", "--json").out()).asObject();
    List<String> unknown =
        plan.get("unknown").objects().stream().map(one -> one.text("subject", "")).toList();
    assertThat(unknown).contains("node pve-3", "lxc 211 proxy-211").doesNotHaveDuplicates();

    simulation.cluster().change(cluster -> cluster.node("pve-3").online(true));
    check(here(), Exit.DONE, "apply");
    assertThat(exists(211)).isTrue();
  }

  @Test
  void withoutAPlaceToKeepRecordsAPlanIsShownAndNothingIsChanged() throws IOException {
    declare(container(210, "pve-1", 512));
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    InProcess here = here("PIVM_SETUP_STATE_DIR", file.resolve("state").toString());

    assertThat(check(here, Exit.DONE, "plan").out()).contains("+ lxc 210 proxy-210");
    assertThat(check(here, Exit.FAILED, "apply").err())
        .contains("the state folder " + file.resolve("state"), "STATE_DIR");
    assertThat(exists(210)).isFalse();
  }

  @Test
  void whatASingleCommandCannotDoIsSaidBeforeAnybodyIsAsked() throws IOException {
    declare();

    assertThat(check(here(), Exit.BLOCKED, "rollback", "100").out())
        .contains("lxc 100 ct100: there is no snapshot pre_automation_backup; it has none")
        .doesNotContain("lxc 100 ct100: lxc 100 ct100");
    check(here(), Exit.DONE, "snapshot", "100", "before");
    assertThat(check(here(), Exit.BLOCKED, "snapshot", "100", "before").out())
        .contains("it has a snapshot before already");
    assertThat(check(here(), Exit.BLOCKED, "snapshot", "100", "other", "--delete").out())
        .contains("there is no snapshot other; it has before");
    assertThat(check(here(), Exit.BLOCKED, "guest", "reboot", "102").out()).contains("is stopped");
  }

  @Test
  void whatIsSoAlreadyIsNotDoneAgain() throws IOException {
    declare();

    assertThat(check(here(), Exit.DONE, "guest", "start", "100").err())
        .contains("lxc 100 ct100 runs already");
    assertThat(check(here(), Exit.DONE, "guest", "stop", "102").err())
        .contains("lxc 102 ct102 is stopped already");
    assertThat(here().run("history", "--json").out()).isEqualTo("[]\n");
  }

  @Test
  void aKilledRunIsSettledOnItsOwnClusterOnly() throws IOException {
    declare(container(210, "pve-1", 512));
    check(here(), Exit.DONE, "apply");
    Path journal;
    try (var runs = Files.list(folder.resolve("state/runs"))) {
      journal = runs.findFirst().orElseThrow();
    }
    List<String> lines = Files.readAllLines(journal);
    Files.write(journal, lines.subList(0, lines.size() - 1));
    String killed = Files.readString(journal);
    declare();

    try (Simulation other = Simulation.start(Simulation.Options.standard().withSeed(2))) {
      assertThat(check(at(other), Exit.DONE, "apply").err())
          .contains("did not end", "on another cluster");
      assertThat(journal).hasContent(killed);
    }
    check(here(), Exit.DONE, "resume");
    assertThat(Files.readString(journal)).startsWith(killed).contains("\"settled\"");
  }

  @Test
  void everyFieldOfAPlanIsThereWithItsType() throws IOException {
    declare(container(210, "pve-1", 512), container(100, "pve-1", 512));

    Json.Obj plan = JsonText.read(here().run("plan", "--json").out()).asObject();
    assertThat(plan.members().keySet())
        .contains("format", "id", "summary", "changes", "steps", "verdicts", "foreign", "unknown");
    for (String count :
        List.of("create", "change", "destroy", "start", "stop", "blocked", "confirm", "unknown")) {
      assertThat(plan.get("summary").asObject().get(count)).as(count).isInstanceOf(Json.Num.class);
    }
    Json.Obj change = plan.get("changes").objects().getFirst();
    assertThat(change.members().keySet())
        .contains("kind", "vmid", "node", "action", "reason", "fields");
    assertThat(change.get("fields").objects())
        .isNotEmpty()
        .allSatisfy(field -> {
          assertThat(field.members().keySet()).contains("path", "from", "to", "effect");
          assertThat(field.text("effect")).isIn("none", "live", "pending", "restart", "recreate");
        });
    assertThat(plan.get("steps").objects())
        .isNotEmpty()
        .allSatisfy(step -> {
          assertThat(step.get("after")).isInstanceOf(Json.Arr.class);
          assertThat(step.text("command")).isNotEmpty();
        });
    assertThat(plan.get("verdicts").objects())
        .isNotEmpty()
        .allSatisfy(verdict -> {
          assertThat(verdict.members().keySet()).contains("rail", "step", "result", "message");
          assertThat(verdict.text("result")).isIn("allowed", "confirm", "blocked");
        });
    assertThat(check(here(), Exit.BLOCKED, "plan", "--detailed-exitcode").out()).isNotEmpty();
  }

  @Test
  void whatADescriptionHoldsNeverCommandsTheTerminalNorLooksLikeALineOfThePlan()
      throws IOException {
    String text = "\\u001b[2Jwiped\\n  \u2713 ram  plenty\\u0007";
    declare(
        container(210, "pve-1", 512)
            .replace("\"state\"", "\"options\": {\"description\": \"" + text + "\"}, \"state\""));

    for (String format : List.of("table", "markdown")) {
      String out = check(here(), Exit.DONE, "plan", "--output", format).out();
      assertThat(out).contains("wiped").doesNotContain("\u001b", "\u0007");
      assertThat(out.lines()).noneMatch(line -> line.startsWith("  \u2713 ram  plenty"));
    }
    check(here(), Exit.DONE, "apply");
    check(here(), Exit.DONE, "plan", "--detailed-exitcode");
    assertThat(here().run("guest", "show", "210").out()).doesNotContain("\u001b", "\u0007");
  }
}
