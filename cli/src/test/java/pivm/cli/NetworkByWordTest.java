package pivm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.simulator.Simulation;
import pivm.simulator.state.NetworkBack;

/** The person before a run keeps the network of a node, or takes it back, by typing a word. */
class NetworkByWordTest {
  private static final Terminal TERMINAL = new Terminal(true, true, true, 120, false);
  private static final String NODE = "pve-1";
  private static final Typist.Line AGREES = new Typist.Line("Type " + NODE + " to confirm", NODE);
  private static final String OFFER = "type " + NODE + " here";

  @TempDir Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private Simulation simulation;

  @BeforeEach
  void start() throws IOException {
    simulation = Simulation.start(Simulation.Options.standard().withSpeed(2).withNodes(1));
    environment.putAll(InProcess.onNode(simulation, folder));
    environment.put("PIVM_ACTOR", "human");
    SafeFile.write(
        folder.resolve(NetworkManifest.FILE),
        "[{\"iface\": \"vmbr5\", \"type\": \"bridge\", \"cidr\": \"10.5.0.1/24\"}]");
    SafeFile.write(folder.resolve(Manifests.FOLDER).resolve(Manifests.FILE), "[]\n");
  }

  @AfterEach
  void end() {
    simulation.close();
  }

  private InProcess.Result apply(Typist person) {
    return InProcess.in(folder).with(environment).on(TERMINAL).run(person, "network", "apply");
  }

  private void timeRunsOut() {
    simulation.cluster().advance(Duration.ofSeconds(90));
  }

  private String late(String word) {
    timeRunsOut();
    return word;
  }

  private NetworkBack back() {
    return simulation.cluster().with(cluster -> cluster.node(NODE).network().back());
  }

  private boolean inUse() {
    return simulation
        .cluster()
        .with(cluster -> cluster.node(NODE).network().file().contains("vmbr5"));
  }

  @Test
  void theNodesNameKeepsIt() {
    InProcess.Result kept = apply(new Typist(AGREES, new Typist.Line(OFFER, " " + NODE + " ")));
    assertThat(kept.exit()).as(kept.toString()).isEqualTo(Exit.DONE);
    assertThat(back().state()).isEqualTo(NetworkBack.State.CONFIRMED);
    assertThat(inUse()).isTrue();
  }

  @Test
  void anotherWordKeepsNothingAndBackTakesItBackAtOnce() {
    var person =
        new Typist(
            AGREES,
            new Typist.Line(OFFER, "pve-2"),
            new Typist.Line("", "yes"),
            new Typist.Line("", ""),
            new Typist.Line(OFFER, "back"));
    InProcess.Result taken = apply(person);
    assertThat(taken.exit()).as(taken.toString()).isEqualTo(Exit.FAILED);
    assertThat(taken.err()).contains("it was not to be kept", "was put back as it was");
    assertThat(back().reverts()).isEqualTo(1);
    assertThat(inUse()).isFalse();
  }

  @Test
  void aWordThatComesTooLateKeepsNothing() {
    InProcess.Result lapsed = apply(new Typist(AGREES, new Typist.Line(OFFER, () -> late(NODE))));
    assertThat(lapsed.exit()).as(lapsed.toString()).isEqualTo(Exit.FAILED);
    assertThat(lapsed.out() + lapsed.err())
        .containsAnyOf("nobody confirmed it within 90 seconds", "was not kept");
    assertThat(back().state()).isEqualTo(NetworkBack.State.REVERTED);
    assertThat(inUse()).isFalse();
  }

  @Test
  void whenTheInputEndsTheOtherWaysAreLeft() {
    var person = new Typist(AGREES);
    person.whenShown(
        OFFER,
        2,
        () ->
            simulation
                .cluster()
                .change(cluster -> {
                  NetworkBack waits = cluster.node(NODE).network().back();
                  waits.confirm(waits.id());
                }));
    InProcess.Result kept = apply(person);
    assertThat(kept.exit()).as(kept.toString()).isEqualTo(Exit.DONE);
    assertThat(inUse()).isTrue();
  }

  @Test
  void withoutATerminalNoWordIsOfferedAndTheOtherWayIsNamed() {
    InProcess pivm = InProcess.in(folder).with(environment);
    InProcess.Result asked = pivm.run("network", "apply");
    assertThat(asked.exit()).as(asked.toString()).isEqualTo(Exit.UNCONFIRMED);
    var id = Pattern.compile("--confirm (\\S+)").matcher(asked.err());
    assertThat(id.find()).as(asked.toString()).isTrue();
    String other = "to keep it: pivm network confirm " + NODE;
    var nobody = new Typist();
    nobody.whenShown(other, 1, this::timeRunsOut);
    InProcess.Result lapsed = pivm.run(nobody, "network", "apply", "--confirm", id.group(1));
    assertThat(lapsed.exit()).as(lapsed.toString()).isEqualTo(Exit.FAILED);
    assertThat(lapsed.err())
        .contains(other, "nobody confirmed it within 90 seconds")
        .doesNotContain(OFFER);
  }
}
