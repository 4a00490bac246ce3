package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.proxmox.json.Json;
import pivm.simulator.Simulation;

/** The script and the command that update nodes, as processes: from elsewhere, and on a node. */
class HostsScriptIT {
  private static final String SCRIPT = Launched.script("compute/host/proxmox_autoupdate.sh");
  private static final String NODE = "pve-3";

  @TempDir Path folder;
  private Simulation simulation;
  private Launched elsewhere;
  private Launched node;

  @BeforeEach
  void start() throws IOException {
    simulation = Simulation.start(Simulation.Options.standard().withSpeed(20));
    elsewhere = Launched.in(folder).over(simulation);
    node = Launched.in(folder).onNode(simulation);
    declare("{\"drain\": \"none\", \"reboot\": \"never\"}");
  }

  @AfterEach
  void end() {
    simulation.close();
  }

  private void declare(String text) throws IOException {
    Files.writeString(folder.resolve("hosts.json"), text);
  }

  private static Launched.Ended script(Launched how, String... words) throws Exception {
    return how.run(
        Stream.concat(Stream.of(SCRIPT, "--updates", "hosts.json"), Arrays.stream(words))
            .toArray(String[]::new));
  }

  private Map<String, String> packages() {
    return simulation.cluster().with(cluster -> Map.copyOf(cluster.node(NODE).system().packages()));
  }

  @Test
  void itShowsThenUpdatesANodeAndTellsOfIt() throws Exception {
    Map<String, String> before = packages();
    Launched.Ended dry = script(node, NODE, "--dry-run").ends(Exit.DONE);
    assertThat(dry.out()).contains("node " + NODE, "openssl");
    Launched never = node.with("PIVM_PROXMOX_AUTOUPDATE_DRY_RUN", "true");
    assertThat(script(never, NODE, "--json").ends(Exit.DONE).json()).isNotEmpty();
    assertThat(packages()).isEqualTo(before);

    List<Json> said = script(node, NODE, "--json").ends(Exit.DONE).json();
    assertThat(said.getLast().asObject().list("hosts")).hasSize(1);
    assertThat(packages()).isNotEqualTo(before);
    Launched.Ended last = node.run(Launched.launcher(), "update", "hosts", "--last", "--json");
    assertThat(last.ends(Exit.DONE).json().getFirst().objects())
        .singleElement()
        .satisfies(one -> assertThat(one.text("node")).isEqualTo(NODE));
  }

  @Test
  void withoutARootShellOrWithWrongInputNothingIsUpdated() throws Exception {
    Map<String, String> before = packages();
    script(elsewhere, NODE).ends(Exit.NOT_PERMITTED);
    assertThat(script(elsewhere, "--help").ends(Exit.DONE).out()).contains("--dry-run");
    script(elsewhere, "--nonsense").ends(Exit.WRONG_USAGE);
    assertThat(script(elsewhere, "pve-9").code()).isNotZero();
    script(elsewhere.with("PIVM_ENDPOINT", "https://127.0.0.1:1")).ends(Exit.UNREACHABLE);
    declare("{\"drian\": \"none\"}");
    assertThat(script(elsewhere).ends(Exit.BAD_MANIFEST).err()).contains("did you mean drain?");
    assertThat(packages()).isEqualTo(before);
  }
}
