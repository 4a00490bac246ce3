package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.simulator.Simulation;

class GuestSetTest {
  @TempDir Path folder;
  private Simulation simulation;

  @BeforeEach
  void start() throws IOException {
    simulation = Simulation.start(Simulation.Options.standard().withSpeed(100));
    declare("");
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

  private void declare(String entry) throws IOException {
    SafeFile.write(manifest(), "[" + entry + "]\n");
  }

  private Path manifest() {
    return folder.resolve(Manifests.FOLDER).resolve(Manifests.FILE);
  }

  private String value(int vmid, String key) {
    return simulation
        .cluster()
        .with(cluster ->
            cluster.guests().stream()
                .filter(guest -> guest.vmid() == vmid)
                .findFirst()
                .orElseThrow()
                .config()
                .get(key, "none"));
  }

  @Test
  void anUndeclaredGuestIsChangedOnceAndStaysUndeclared() throws IOException {
    InProcess.Result set =
        here().run("guest", "set", "102", "memory=1024", "storage=local-lvm:9", "--direct");
    assertThat(set.exit()).as(set.toString()).isEqualTo(Exit.DONE);
    assertThat(set.err()).contains("pivm import 102");
    assertThat(set.out()).contains("Rails", "Verified: no differences.").doesNotContain("ct100");
    assertThat(value(102, "memory")).isEqualTo("1024");
    assertThat(value(102, "rootfs")).contains("size=9G");
    assertThat(Files.readString(manifest())).isEqualTo("[]\n");
  }

  @Test
  void theRailsHoldForADirectChangeToo() {
    assertThat(here().run("guest", "set", "102", "storage=local-lvm:1", "--direct").exit())
        .isEqualTo(Exit.BLOCKED);
    assertThat(value(102, "rootfs")).contains("size=8G");
  }

  @Test
  void aDirectChangeIsCheckedAsAManifestIs() {
    InProcess.Result set = here().run("guest", "set", "102", "memory=-1", "--direct");
    assertThat(set.exit()).isEqualTo(Exit.BAD_MANIFEST);
    assertThat(set.err()).contains("memory").contains("Nothing was changed.");
    assertThat(here().run("guest", "set", "999", "memory=512", "--direct").err())
        .contains("There is no guest 999");
  }

  @Test
  void aDeclaredGuestIsNotChangedBehindItsManifest() {
    here().run("import", "102");
    InProcess.Result set = here().run("guest", "set", "102", "memory=1024", "--direct");
    assertThat(set.exit()).isEqualTo(Exit.FAILED);
    assertThat(set.err()).contains("is declared in", "leave out --direct");
    assertThat(value(102, "memory")).isEqualTo("512");
  }

  @Test
  void aSecretIsSentAgainOnlyWhenAskedFor() throws IOException {
    declare(
        """
        {"type": "vm", "vmid": 310, "hostname": "worker-01", "node": "pve-1",
         "template": "local:iso/debian-13.iso", "memory": 512,
         "storage": "local-lvm:8", "state": "stopped",
         "cloud_init": {"enable": true, "user": "ops", "password": {"secret": "env:OPS"}}}
        """);
    InProcess.Result made = here("OPS", "first-Word-1").run("apply");
    assertThat(made.exit()).as(made.toString()).isEqualTo(Exit.DONE);
    String first = value(310, "cipassword");

    assertThat(here("OPS", "second-Word-2").run("plan", "--detailed-exitcode").exit())
        .isEqualTo(Exit.DONE);
    InProcess.Result sent =
        here("OPS", "second-Word-2")
            .run("guest", "set", "310", "--secret-refresh", "cloud_init.password");
    assertThat(sent.exit()).as(sent.toString()).isEqualTo(Exit.DONE);
    assertThat(sent.toString()).contains("(secret env:OPS)").doesNotContain("second-Word-2");
    assertThat(value(310, "cipassword")).isNotEqualTo(first).isNotEqualTo("none");
  }

  @Test
  void whatIsNoSecretToSendIsSaid() {
    here().run("import", "101", "102");
    assertThat(here().run("guest", "set", "102", "--secret-refresh", "password").err())
        .contains("Proxmox VE has no call that sets it again", "pivm guest console 102");
    assertThat(here().run("guest", "set", "101", "--secret-refresh", "cloud_init.password").err())
        .contains("its entry has no cloud_init.password");
    assertThat(here().run("guest", "set", "101", "--secret-refresh", "memory").exit())
        .isEqualTo(Exit.WRONG_USAGE);
    assertThat(here().run("guest", "set", "103", "--secret-refresh", "password").err())
        .contains("pivm import 103");
  }
}
