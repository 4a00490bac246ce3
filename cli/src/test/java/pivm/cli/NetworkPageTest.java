package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.https.Credentials;
import pivm.proxmox.https.Fingerprint;
import pivm.proxmox.https.HttpsProxmox;
import pivm.proxmox.https.HttpsSettings;
import pivm.simulator.Simulation;

/**
 * Runs the page {@code docs/network.md} with the manifest that it shows; {@code
 * -Dpivm.docs.write=true} writes it anew.
 */
class NetworkPageTest {
  private static final Path PAGE = Path.of("..", "docs", "network.md");

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private Simulation simulation;
  private Proxmox colleague;

  @BeforeEach
  void start() throws IOException {
    simulation =
        Simulation.start(Simulation.Options.standard().withGuests(6).withSpeed(4).withSeed(7));
    colleague =
        new HttpsProxmox(
            HttpsSettings.of(
                URI.create(simulation.endpoint()),
                Credentials.ApiToken.parse(simulation.token()),
                Fingerprint.parse(simulation.fingerprint())));
    environment.put("PIVM_ENDPOINT", simulation.endpoint());
    environment.put("PIVM_TOKEN", simulation.token());
    environment.put("PIVM_FINGERPRINT", simulation.fingerprint());
    environment.put("PIVM_SETUP_STATE_DIR", folder.resolve("state").toString());
    environment.put("PIVM_ACTOR", "human");
    String page = Files.readString(PAGE);
    int json = page.indexOf("```json\n") + 8;
    SafeFile.write(
        folder.resolve(NetworkManifest.FILE), page.substring(json, page.indexOf("```", json)));
    SafeFile.write(folder.resolve(Manifests.FOLDER).resolve(Manifests.FILE), "[]\n");
  }

  @AfterEach
  void end() {
    colleague.close();
    simulation.close();
  }

  private InProcess.Result pivm(String... words) {
    return InProcess.in(folder).onScreen().with(environment).run(words);
  }

  @Test
  void thePageShowsWhatItsCommandsPrint() throws IOException {
    new ConsolePage(PAGE).check(this::run);
  }

  private String run(String command) {
    List<String> words = Arrays.asList(command.split(" "));
    if (words.getFirst().equals("pvesh")) {
      colleague.call(ApiCall.delete(words.get(2)));
      return "";
    }
    if (words.getFirst().equals("ssh")) {
      onNodeWithAConfirmedNetwork();
      return "";
    }
    String[] line = words.subList(1, words.size()).toArray(String[]::new);
    if (!environment.containsKey("PIVM_PROXMOX_VIA")) {
      InProcess.Result result = pivm(line);
      return result.out() + result.err();
    }
    InProcess.Result result = asked(line);
    // A terminal shows what is typed, too.
    return result.out() + result.err().replace("to decline: ", "to decline: pve-2\n");
  }

  private void onNodeWithAConfirmedNetwork() {
    try {
      environment.put("PATH", simulation.commands(folder.resolve("bin")).toString());
      environment.put(
          "PIVM_PROXMOX_PMXCFS", simulation.clusterFilesystem(folder.resolve("pve")).toString());
    } catch (IOException cannot) {
      throw new UncheckedIOException(cannot);
    }
    environment.put("PIVM_PROXMOX_VIA", "cli");
    InProcess.Result applied = asked("network", "apply", "--confirm-when-reachable");
    assertThat(applied.exit()).as(applied.toString()).isEqualTo(Exit.DONE);
  }

  /** A person types the name of the node. */
  private InProcess.Result asked(String... words) {
    return new InProcess(folder, environment, new Terminal(true, true, true, 120, false), "pve-2\n")
        .run(words);
  }

  @Test
  void exitCodesSayWhatStandsInTheWay() throws IOException {
    assertThat(pivm("network", "plan", "--detailed-exitcode").exit()).isEqualTo(Exit.NOT_PERMITTED);
    assertThat(pivm("plan", "network", "--json").out()).contains("\"kind\":\"network\"");
    InProcess.Result staged = pivm("network", "apply");
    assertThat(staged.exit()).isEqualTo(Exit.NOT_PERMITTED);
    assertThat(pending()).contains("vmbr0.30");
    assertThat(pivm("history").out())
        .contains("create interface vmbr0.30")
        .doesNotContain("name servers");
    // PIVM's own pending changes are no hindrance, and apply leaves networks alone unless named
    assertThat(pivm("network", "plan").out()).contains("interface vmbr0.30");
    assertThat(pivm("apply").exit()).isEqualTo(Exit.DONE);
    assertThat(pivm("network", "rollback", "pve-2").exit()).isEqualTo(Exit.NOT_PERMITTED);
    assertThat(pivm("network", "apply", "--seconds", "3").exit()).isEqualTo(Exit.WRONG_USAGE);
    SafeFile.write(folder.resolve(NetworkManifest.FILE), "{\"nodes\": {\"pve-9\": []}}");
    assertThat(pivm("network", "plan", "--detailed-exitcode").exit()).isEqualTo(Exit.BLOCKED);
    SafeFile.write(folder.resolve(NetworkManifest.FILE), "[{\"iface\": 7}]");
    assertThat(pivm("network", "plan").exit()).isEqualTo(Exit.BAD_MANIFEST);
    assertThat(pivm("validate").exit()).isEqualTo(Exit.BAD_MANIFEST);
    Files.delete(folder.resolve(NetworkManifest.FILE));
    assertThat(pivm("network", "plan").err()).contains("There is no network manifest");
    assertThat(pivm("plan").exit()).isEqualTo(Exit.DONE);
  }

  private String pending() {
    String changes = colleague.answer(ApiCall.get("/nodes/pve-2/network")).whole().text("changes");
    return changes == null ? "" : changes;
  }

  @Test
  void aChangeThatWaitsIsKeptOrTakenBackFromTheNode(@TempDir Path node) throws IOException {
    Path bin = simulation.commands(node.resolve("bin"));
    Path root = node.resolve("root");
    SafeFile.write(root.resolve("var/lib/pivm/network-back/armed"), "pivm-1\n");
    SafeFile.write(root.resolve("var/lib/pivm/network-back/saved"), "auto lo\n");
    SafeFile.write(root.resolve("etc/network/interfaces"), "auto lo\n");
    tool(bin.resolve("sh"), "PIVM_ROOT=" + root + " PATH=" + bin + ":$PATH exec /bin/sh \"$@\"");
    for (String quiet : List.of("systemctl", "logger", "ip", "ifreload")) {
      tool(bin.resolve(quiet), "exit 0");
    }
    environment.put("PIVM_PROXMOX_VIA", "cli");
    environment.put("PATH", bin.toString());
    environment.put(
        "PIVM_PROXMOX_PMXCFS", simulation.clusterFilesystem(node.resolve("pve")).toString());
    String here = simulation.nodeNames().getFirst();

    InProcess.Result kept = pivm("network", "confirm", here, "--json");
    assertThat(kept.exit()).as(kept.toString()).isEqualTo(Exit.DONE);
    assertThat(kept.out()).contains("\"state\":\"confirmed\"", "\"change\":\"pivm-1\"");
    assertThat(root.resolve("var/lib/pivm/network-back/previous")).hasContent("auto lo");
    assertThat(pivm("network", "confirm", here).out()).contains("confirmed already");

    SafeFile.write(root.resolve("var/lib/pivm/network-back/armed"), "pivm-2\n");
    SafeFile.write(root.resolve("var/lib/pivm/network-back/saved"), "auto lo\n# before\n");
    Files.delete(root.resolve("var/lib/pivm/network-back/confirmed"));
    InProcess.Result back = pivm("network", "rollback", here);
    assertThat(back.exit()).as(back.toString()).isEqualTo(Exit.DONE);
    assertThat(root.resolve("etc/network/interfaces")).hasContent("auto lo\n# before");
    assertThat(pivm("network", "rollback", here).exit()).isEqualTo(Exit.FAILED);
  }

  private static void tool(Path file, String text) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    file.toFile().setExecutable(true);
  }
}
