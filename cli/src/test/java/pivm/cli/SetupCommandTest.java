package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.simulator.Simulation;

/** Set-up and removal in a folder that stands for a machine. */
class SetupCommandTest {
  @TempDir Path folder;

  private Path machine() throws IOException {
    Path machine = folder.resolve("machine");
    for (String made : List.of("etc/systemd/system", "etc/default", "var/lib", "var/log")) {
      Files.createDirectories(machine.resolve(made));
    }
    return machine;
  }

  private InProcess elsewhere() {
    return InProcess.in(folder);
  }

  private static List<String> files(Path tree) throws IOException {
    List<String> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(tree)) {
      files.map(file -> tree.relativize(file).toString()).sorted().forEach(all::add);
    }
    return all;
  }

  @Test
  void aMachineThatIsNoNodeGetsFolderTimersAndRotation() throws IOException {
    Path machine = machine();
    List<String> before = files(machine);

    InProcess.Result dry = elsewhere().run("setup", "--root", "machine", "--dry-run");
    assertThat(dry.exit()).as(dry.toString()).isEqualTo(Exit.DONE);
    assertThat(dry.out()).contains("/etc/pivm/variables.json", "pivm-drift.timer");
    assertThat(files(machine)).isEqualTo(before);

    InProcess.Result setup = elsewhere().run("setup", "--root", "machine");
    assertThat(setup.exit()).as(setup.toString()).isEqualTo(Exit.DONE);
    assertThat(setup.err()).contains("this is no Proxmox VE node", "pivm setup --enable-timers");
    assertThat(files(machine))
        .contains(
            "etc/pivm/compute/guest/proxmox_dsc_state.json",
            "etc/pivm/.git",
            "etc/logrotate.d/pivm",
            "etc/systemd/system/pivm-guests.service")
        .doesNotContain(
            "etc/systemd/system/timers.target.wants/pivm-drift.timer",
            "etc/systemd/system/timers.target.wants/pivm-guests.timer");

    assertThat(elsewhere().run("setup", "--root", "machine").err())
        .contains("Everything is there already");
    elsewhere().run("setup", "--root", "machine", "--enable-timers");
    assertThat(files(machine)).contains("etc/systemd/system/timers.target.wants/pivm-guests.timer");

    purge();
    assertThat(files(machine)).isEqualTo(before);
  }

  private void purge() {
    InProcess.Result asked = elsewhere().run("uninstall", "--root", "machine", "--purge");
    assertThat(asked.exit()).as(asked.toString()).isEqualTo(Exit.UNCONFIRMED);
    assertThat(asked.out()).contains("Pre-flight check: this goes for good");
    String id = asked.err().replaceAll("(?s).*--confirm ([0-9a-f]{8}).*", "$1");
    InProcess.Result gone =
        elsewhere().run("uninstall", "--root", "machine", "--purge", "--confirm", id);
    assertThat(gone.exit()).as(gone.toString()).isEqualTo(Exit.DONE);
  }

  @Test
  void aConfirmationIsVoidOnceAManifestHasChanged() throws IOException {
    Path machine = machine();
    elsewhere().run("setup", "--root", "machine");
    String id =
        elsewhere()
            .run("uninstall", "--root", "machine", "--purge")
            .err()
            .replaceAll("(?s).*--confirm ([0-9a-f]{8}).*", "$1");
    Files.writeString(machine.resolve("etc/pivm/compute/guest/more.json"), "[]");
    InProcess.Result late =
        elsewhere().run("uninstall", "--root", "machine", "--purge", "--confirm", id);
    assertThat(late.exit()).isEqualTo(Exit.UNCONFIRMED);
    assertThat(late.err()).contains("is void");
    assertThat(machine.resolve("etc/pivm/compute/guest/more.json")).exists();
  }

  @Test
  void theOperatorsFilesAreNeverOverwrittenAndStay() throws IOException {
    Path machine = machine();
    Path manifest = machine.resolve("etc/pivm/compute/guest/proxmox_dsc_state.json");
    Files.createDirectories(manifest.resolveSibling(""));
    Files.writeString(manifest, "[ /* mine */ ]");
    elsewhere().run("setup", "--root", "machine");
    assertThat(Files.readString(manifest)).isEqualTo("[ /* mine */ ]");
    purge();
    assertThat(Files.readString(manifest)).isEqualTo("[ /* mine */ ]");
    assertThat(machine.resolve("etc/pivm/variables.json")).doesNotExist();
  }

  @Test
  void aWrongScheduleIsToldBeforeAnythingIsMade() throws IOException {
    Path machine = machine();
    Map<String, String> wrong = Map.of("PIVM_PROXMOX_DSC_SCHEDULE", "every day");
    InProcess.Result refused = elsewhere().with(wrong).run("setup", "--root", "machine");
    assertThat(refused.exit()).isEqualTo(Exit.WRONG_USAGE);
    assertThat(refused.err()).contains("proxmox_dsc.SCHEDULE", "no calendar expression");
    assertThat(machine.resolve("etc/pivm")).doesNotExist();
  }

  @Test
  void thePersonWhoDeclinesHasNothingChanged() throws IOException {
    Path machine = machine();
    var person = new Terminal(true, true, true, 100, false);
    InProcess.Result declined =
        new InProcess(folder, Map.of(), person, "no\n")
            .run("setup", "--root", "machine", "--storage", "local");
    assertThat(declined.exit()).isEqualTo(Exit.UNCONFIRMED);
    assertThat(machine.resolve("etc/pivm")).doesNotExist();
  }

  @Test
  void onANodeUserRoleAndTokenAreMadeAndPlanningWorksWithThem() throws IOException {
    Path machine = machine();
    try (Simulation simulation = Simulation.start(Simulation.Options.standard().withNodes(1))) {
      Map<String, String> node = new HashMap<>();
      node.put("PATH", simulation.commands(folder.resolve("bin")).toString());
      node.put(
          "PIVM_PROXMOX_PMXCFS",
          simulation.clusterFilesystem(Files.createDirectories(folder.resolve("pve"))).toString());
      InProcess root = elsewhere().with(node);
      InProcess.Result setup = root.run("setup", "--root", "machine");
      assertThat(setup.exit()).as(setup.toString()).isEqualTo(Exit.DONE);
      assertThat(setup.out()).contains("pivm@pve!pivm-pve-1");

      Path secret = machine.resolve("var/lib/pivm/token");
      assertThat(Files.getPosixFilePermissions(secret)).hasSize(2);
      String told = setup.out() + setup.err();
      String value = Files.readString(secret).strip();
      assertThat(told).doesNotContain(value.substring(value.indexOf('=') + 1));
      assertThat(Files.readString(machine.resolve("etc/pivm/variables.json")))
          .contains("file:/var/lib/pivm/token", "https://127.0.0.1:8006", "fingerprint");

      Map<String, String> token = new HashMap<>();
      token.put("PIVM_ENDPOINT", simulation.endpoint());
      token.put("PIVM_FINGERPRINT", simulation.fingerprint());
      token.put("PIVM_TOKEN", "file:" + secret);
      token.put("PIVM_SETUP_STATE_DIR", folder.resolve("state").toString());
      InProcess pivm = InProcess.in(machine.resolve("etc/pivm")).with(token);
      assertThat(pivm.run("import").exit()).isEqualTo(Exit.DONE);
      InProcess.Result plan = pivm.run("plan", "--detailed-exitcode");
      assertThat(plan.exit()).as(plan.toString()).isEqualTo(Exit.DONE);
      assertThat(plan.err()).doesNotContain("missing");

      assertThat(pivm.run("doctor").out())
          .contains("all that changing guests takes", "Sys.PowerMgmt for rebooting a host")
          .contains("may be set", "the same on pve-1 and here");

      SafeFile.write(
          machine.resolve("etc/pivm").resolve(ImageManifests.PLACE),
          "[{\"os\": \"x\", \"url\": \"https://h.invalid/x.iso\"}]\n");
      InProcess.Result again = root.run("setup", "--root", "machine");
      assertThat(again.out() + again.err()).contains("it lacks Sys.AccessNetwork");

      InProcess.Result gone = root.run("uninstall", "--root", "machine");
      assertThat(gone.exit()).as(gone.toString()).isEqualTo(Exit.DONE);
      assertThat(secret).doesNotExist();
      assertThat(pivm.run("plan").exit()).isNotEqualTo(Exit.DONE);
      assertThat(machine.resolve("etc/pivm/compute/guest/proxmox_dsc_state.json")).exists();
    }
  }

  @Test
  void timersFollowOnceThePersonHasSeenThePlanAndAgreed() throws IOException {
    Path machine = machine();
    try (Simulation simulation = Simulation.start(Simulation.Options.standard().withNodes(1))) {
      Map<String, String> node = new HashMap<>();
      node.put("PIVM_ENDPOINT", simulation.endpoint());
      node.put("PIVM_FINGERPRINT", simulation.fingerprint());
      node.put("PIVM_TOKEN", simulation.token());
      var person = new Terminal(true, true, true, 100, false);
      String[] words = {"setup", "--root", "machine", "--storage", "local-lvm", "--no-proxmox"};
      InProcess.Result no = new InProcess(folder, node, person, "yes\nno\n").run(words);
      assertThat(no.exit()).as(no.toString()).isEqualTo(Exit.DONE);
      assertThat(no.out()).contains("No differences");
      assertThat(files(machine))
          .contains("etc/systemd/system/timers.target.wants/pivm-drift.timer")
          .doesNotContain("etc/systemd/system/timers.target.wants/pivm-guests.timer");

      InProcess.Result yes = new InProcess(folder, node, person, "yes\n").run(words);
      assertThat(yes.exit()).as(yes.toString()).isEqualTo(Exit.DONE);
      assertThat(files(machine))
          .contains("etc/systemd/system/timers.target.wants/pivm-guests.timer");
    }
  }

  @Test
  void theDoctorNamesStaleUnitsAndFarClocks() throws IOException {
    machine();
    elsewhere().run("setup", "--root", "machine");
    try (Simulation fast =
        Simulation.start(Simulation.Options.standard().withNodes(1).withSpeed(5000))) {
      Map<String, String> here = new HashMap<>();
      here.put("PIVM_ENDPOINT", fast.endpoint());
      here.put("PIVM_TOKEN", fast.token());
      here.put("PIVM_FINGERPRINT", fast.fingerprint());
      here.put("PIVM_SETUP_STATE_DIR", folder.resolve("machine/var/lib/pivm").toString());
      InProcess.Result said = elsewhere().with(here).run("doctor");
      assertThat(said.exit()).isEqualTo(Exit.FAILED);
      // no unit is on the machine that this test runs on
      assertThat(said.out()).contains("pivm setup mends it", "schedules and windows rest on it");
    }
  }
}
