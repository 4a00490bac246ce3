package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.simulator.Simulation;
import pivm.simulator.state.NetworkBack;
import pivm.simulator.state.NodeNetwork;

/** The script and the commands for networks, as processes: from elsewhere, and on a node. */
class NetworkScriptIT {
  private static final String SCRIPT = Launched.script("network/host/proxmox_network.sh");
  private static final String NODE = "pve-2";
  private static final String BRIDGE =
      "{\"iface\": \"vmbr5\", \"type\": \"bridge\", \"cidr\": \"10.5.0.1/24\"}";

  @TempDir Path folder;
  private Simulation simulation;
  private Launched elsewhere;

  @BeforeEach
  void start() throws IOException {
    simulation = Simulation.start(Simulation.Options.standard().withSpeed(2));
    elsewhere = Launched.in(folder).over(simulation);
    declare(BRIDGE);
  }

  @AfterEach
  void end() {
    simulation.close();
  }

  private void declare(String interfaces) throws IOException {
    Files.writeString(
        folder.resolve("network.json"), "{\"nodes\": {\"" + NODE + "\": [" + interfaces + "]}}");
  }

  private static String[] line(String... words) {
    return Stream.concat(Stream.of(SCRIPT, "--manifest", "network.json"), Arrays.stream(words))
        .toArray(String[]::new);
  }

  private static String[] pivm(String... words) {
    return Stream.concat(Stream.of(Launched.launcher()), Arrays.stream(words))
        .toArray(String[]::new);
  }

  private <T> T network(Function<NodeNetwork, T> look) {
    return simulation.cluster().with(cluster -> look.apply(cluster.node(NODE).network()));
  }

  private String file() {
    return network(NodeNetwork::file);
  }

  private String pending() {
    return network(network -> String.valueOf(network.pending()));
  }

  @Test
  void withoutARootShellItIsShownAndOnlyWrittenAsPending() throws Exception {
    Launched.Ended dry = elsewhere.run(line("--dry-run")).ends(Exit.NOT_PERMITTED);
    assertThat(dry.out())
        .contains("+ interface vmbr5 on " + NODE, "Proxmox's diff on", "+auto vmbr5");
    Launched never = elsewhere.with("PIVM_PROXMOX_DSC_DRY_RUN", "true");
    assertThat(never.run(line("--json")).ends(Exit.NOT_PERMITTED).json()).hasSize(1);
    assertThat(pending()).isEqualTo("null");

    assertThat(elsewhere.run(line()).ends(Exit.NOT_PERMITTED).said())
        .contains("Nothing is in use yet", "pvesh delete /nodes/pve-2/network");
    assertThat(pending()).contains("vmbr5");
    for (String verb : new String[] {"confirm", "rollback"}) {
      Launched.Ended refused = elsewhere.run(pivm("network", verb, NODE));
      assertThat(refused.ends(Exit.NOT_PERMITTED).err()).contains("pivm network " + verb);
    }
    assertThat(file()).doesNotContain("vmbr5");
  }

  @Test
  void onANodeItIsAppliedConfirmedFromAnotherProcessAndTakenBack() throws Exception {
    Launched node = Launched.in(folder).onNode(simulation);
    Launched.Begun applying = asked(node, line());
    awaitArmed(applying);
    Launched.Ended confirmed = node.run(pivm("network", "confirm", NODE, "--json"));
    assertThat(confirmed.ends(Exit.DONE).out()).contains("\"state\":\"confirmed\"");
    assertThat(applying.ended().ends(Exit.DONE).out()).contains("Verified: no differences.");
    assertThat(file()).contains("vmbr5");

    Launched.Begun returning =
        asked(node, pivm("network", "rollback", NODE, "--confirm-when-reachable"));
    returning.ended().ends(Exit.DONE);
    assertThat(file()).doesNotContain("vmbr5");
  }

  /** Begins what a person has to be asked about, with the answer by its id. */
  private static Launched.Begun asked(Launched how, String... words) throws Exception {
    Launched.Ended asked = how.run(words).ends(Exit.UNCONFIRMED);
    var confirm = Pattern.compile("--confirm (\\S+)").matcher(asked.said());
    assertThat(confirm.find()).as(asked.toString()).isTrue();
    return how.begin(
        Stream.concat(Arrays.stream(words), Stream.of("--confirm", confirm.group(1)))
            .toArray(String[]::new));
  }

  private void awaitArmed(Launched.Begun applying) throws Exception {
    while (network(network -> network.back().state()) != NetworkBack.State.ARMED) {
      assertThat(applying.process().waitFor(100, TimeUnit.MILLISECONDS))
          .as("it has not ended: %s", applying.said())
          .isFalse();
    }
  }

  @Test
  void wrongInputChangesNothingAndEndsWithItsCode() throws Exception {
    assertThat(elsewhere.run(line("--help")).ends(Exit.DONE).out()).contains("--dry-run");
    elsewhere.run(line("--nonsense")).ends(Exit.WRONG_USAGE);
    elsewhere.run(line("--seconds", "3")).ends(Exit.WRONG_USAGE);
    elsewhere.run(pivm("network", "confirm")).ends(Exit.WRONG_USAGE);
    elsewhere.with("PIVM_ENDPOINT", "https://127.0.0.1:1").run(line()).ends(Exit.UNREACHABLE);
    declare("{\"iface\": \"vmbr5\", \"typ\": \"bridge\"}");
    assertThat(elsewhere.run(line()).ends(Exit.BAD_MANIFEST).err()).contains("did you mean type?");
    declare("{\"iface\": \"vmbr0\", \"state\": \"absent\"}");
    elsewhere.run(line()).ends(Exit.BLOCKED);
    assertThat(pending()).isEqualTo("null");
  }
}
