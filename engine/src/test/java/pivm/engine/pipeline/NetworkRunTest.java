package pivm.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.engine.execution.RunResult;
import pivm.engine.execution.StepResult;
import pivm.engine.execution.StopSignal;
import pivm.engine.execution.Workers;
import pivm.engine.hostupdate.HostReader;
import pivm.engine.manifest.NetworkReader;
import pivm.engine.network.NetworkOptions;
import pivm.engine.network.live.Attendant;
import pivm.engine.network.live.NetworkKind;
import pivm.engine.network.live.NetworkPreview;
import pivm.engine.network.live.NetworkWorker;
import pivm.engine.network.live.Networks;
import pivm.engine.network.live.NodeBack;
import pivm.engine.network.live.StagedStore;
import pivm.engine.plan.NetworkOperation;
import pivm.engine.plan.Step;
import pivm.engine.rails.Verdict;
import pivm.engine.testing.SimulatedNodes;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.command.NodeShell;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.state.NetworkBack;
import pivm.simulator.state.Node;

/** From a manifest to a network in use, and every way in which that can go wrong. */
class NetworkRunTest {
  private static final String NODE = "pve-02";
  private static final String BRIDGE =
      """
      {"iface": "vmbr5", "type": "bridge", "cidr": "10.5.0.1/24", "comments": "lab"}
      """;

  /** The other card is there, but its cable leads nowhere. */
  private static final String DEAD_CARD =
      """
      {"iface": "vmbr0", "type": "bridge", "bridge_ports": "eth1"}
      """;

  @TempDir private Path state;
  private final SimulatedCluster cluster = Manager.cluster().build();
  private final SimulatedNodes shells = new SimulatedNodes(cluster);
  private Attendant attendant = Attendant.NOBODY;
  private String before = "";

  @BeforeEach
  void aSecondCard() {
    cluster.change(c -> c.node(NODE).network().cards().add("eth1"));
    before = file();
  }

  private String file() {
    String[] file = {""};
    cluster.change(c -> file[0] = c.node(NODE).network().file());
    return file[0];
  }

  private NetworkBack back() {
    var back = new AtomicReference<NetworkBack>();
    change(node -> back.set(node.network().back()));
    return back.get();
  }

  private boolean reachable() {
    boolean[] there = {false};
    cluster.change(c -> there[0] = c.node(NODE).unreachable() == null);
    return there[0];
  }

  /** Empty when nothing is. */
  private String pending() {
    var pending = new StringBuilder();
    cluster.change(c -> {
      String text = c.node(NODE).network().pending();
      pending.append(text == null ? "" : text);
    });
    return pending.toString();
  }

  private void change(Consumer<Node> change) {
    cluster.change(c -> change.accept(c.node(NODE)));
  }

  /** A person with PIVM, by what way ever. */
  private final class Person {
    final NetworkWorker worker;
    final NetworkKind kind;
    final Surroundings around;
    final Pipeline pipeline;

    Person(String interfaces, NetworkOptions options, Proxmox proxmox, NodeShell shell) {
      NetworkReader.Result read =
          NetworkReader.read("network.json", "{\"nodes\": {\"" + NODE + "\": " + interfaces + "}}");
      assertThat(read.findings()).isEmpty();
      var networks = new Networks(proxmox, shell, false);
      var store = new StagedStore(state);
      worker =
          new NetworkWorker(
              networks, store, new NodeBack(shell), node -> problem(proxmox, node), attendant);
      var hosts = new HostReader(proxmox, shell);
      kind =
          new NetworkKind(
              read.network(),
              options,
              networks,
              store,
              new TreeSet<>(),
              (node, seen) -> hosts.read(node, seen, cluster.now()));
      around =
          new Manager(cluster, state, _ -> proxmox)
              .around.with(List.of(kind), new Workers(Map.of("network", worker)), shell);
      pipeline = new Pipeline(around);
    }

    Planned plan() throws InterruptedException {
      return pipeline.plan(Manager.read("[]"), false, Pipeline.Words.none());
    }

    /** Back to the network of before the last confirmed change. */
    RunResult goBack(boolean keep) throws InterruptedException {
      var options = new NetworkOptions(90, keep, false);
      Planned planned =
          pipeline.planDirectly(
              Manager.read("[]"),
              new TreeSet<>(),
              (inventory, _) -> {
                try {
                  return worker.returning().plan(NODE, kind, inventory, options);
                } catch (NodeBack.Refused | InterruptedException refused) {
                  throw new IllegalStateException(refused);
                }
              },
              Pipeline.Words.none());
      assertThat(planned.plan().obstacles()).isEmpty();
      assertThat(planned.reviewed().openConfirmations()).as("a person is asked").hasSize(1);
      assertThat(pending()).as("planning leaves nothing behind").isEmpty();
      return Manager.run(pipeline, around, planned);
    }

    RunResult apply() throws InterruptedException {
      Planned planned = plan();
      assertThat(planned.plan().obstacles()).isEmpty();
      return Manager.run(pipeline, around, planned);
    }
  }

  private static @Nullable String problem(Proxmox proxmox, String node) {
    try {
      proxmox.call(ApiCall.get("/nodes/" + node + "/network"));
      return null;
    } catch (ProxmoxException away) {
      return String.valueOf(away.getMessage());
    }
  }

  private Person person(String interfaces, NetworkOptions options) {
    return new Person("[" + interfaces + "]", options, new Manager(cluster, state).proxmox, shells);
  }

  private Person keeping(String interfaces) {
    return person(interfaces, new NetworkOptions(90, true, false));
  }

  private static StepResult last(RunResult result) {
    return result.steps().getLast();
  }

  @Test
  void aNetworkIsAppliedKeptAndThenAsDeclared() throws Exception {
    RunResult result = keeping(BRIDGE).apply();
    assertThat(result.steps())
        .extracting(StepResult::step)
        .containsExactly("network/pve-02/stage", "network/pve-02/apply");
    assertThat(result.succeeded()).as(result.toString()).isTrue();
    assertThat(result.steps().getFirst().log()).contains("+auto vmbr5", "+#lab");
    assertThat(file()).contains("iface vmbr5 inet static\n\taddress 10.5.0.1/24");
    assertThat(back().state()).isEqualTo(NetworkBack.State.CONFIRMED);
    assertThat(keeping(BRIDGE).plan().plan().isEmpty()).isTrue();
  }

  @Test
  void aPersonIsAskedAlwaysAndNeverAnsweredForByAManifest() throws Exception {
    Planned planned = keeping(BRIDGE).plan();
    assertThat(planned.reviewed().openConfirmations())
        .singleElement()
        .satisfies(one -> assertThat(one.question()).contains("network of pve-02"));
  }

  @Test
  void whatIsAtStakeOnTheNodeIsShownBesideTheQuestionAndRecorded() throws Exception {
    Person person = keeping(BRIDGE);
    assertThat(person.plan().plan().changes().getFirst().notes())
        .anySatisfy(note -> assertThat(note).startsWith("guests that run: "))
        .contains("quorum: 1 of 2 votes are left without pve-02, which is NOT enough");
    person.apply();
    try (Stream<Path> files = Files.walk(state)) {
      assertThat(files.filter(Files::isRegularFile))
          .anySatisfy(file ->
              assertThat(Files.readString(file)).contains("1 of 2 votes are left without pve-02"));
    }
  }

  @Test
  void aConfirmedNetworkIsTakenBackByAChangeThatHasItsOwnWayBack() throws Exception {
    Person person = keeping(BRIDGE);
    person.apply();
    String later = file();
    assertThat(later).contains("vmbr5");
    RunResult lapsed = person.goBack(false);
    assertThat(last(lapsed).message()).contains("nobody confirmed it within 90 seconds");
    assertThat(file()).as("the later network is back").isEqualTo(later);
    RunResult kept = person.goBack(true);
    assertThat(kept.succeeded()).as(kept.toString()).isTrue();
    assertThat(file()).doesNotContain("vmbr5");
    assertThat(back().state()).isEqualTo(NetworkBack.State.CONFIRMED);
    assertThat(pending()).isEmpty();
  }

  @Test
  void aNodeThatIsLostComesBackByItself() throws Exception {
    RunResult result = keeping(DEAD_CARD).apply();
    assertThat(last(result).status()).isEqualTo(StepResult.Status.FAILED);
    assertThat(last(result).message())
        .contains("could not be reached")
        .contains("went back by itself");
    assertThat(file()).isEqualTo(before);
    assertThat(reachable()).isTrue();
    assertThat(keeping(DEAD_CARD).plan().plan().steps()).hasSize(2);
  }

  @Test
  void whatNobodyConfirmsGoesBack() throws Exception {
    RunResult result = person(BRIDGE, NetworkOptions.DEFAULT).apply();
    assertThat(last(result).message()).contains("nobody confirmed it within 90 seconds");
    assertThat(file()).isEqualTo(before);
    assertThat(back().reverts()).isEqualTo(1);
  }

  @Test
  void whatAPersonConfirmsElsewhereStays() throws Exception {
    cluster.change(c -> c.time().after(Duration.ofSeconds(30), () -> back().confirm(back().id())));
    RunResult result = person(BRIDGE, NetworkOptions.DEFAULT).apply();
    assertThat(result.succeeded()).as(result.toString()).isTrue();
    assertThat(file()).contains("vmbr5");
  }

  /** Says a word once some time has passed. */
  private Attendant saying(Attendant.Word word) {
    return new Attendant() {
      private int asked;

      @Override
      public String offer(String node) {
        return "type " + node + ", or ";
      }

      @Override
      public Attendant.@Nullable Word said(String node) {
        return ++asked == 20 ? word : null;
      }
    };
  }

  @Test
  void thePersonBeforeTheRunKeepsItByAWord() throws Exception {
    attendant = saying(Attendant.Word.KEEP);
    RunResult result = person(BRIDGE, NetworkOptions.DEFAULT).apply();
    assertThat(result.succeeded()).as(result.toString()).isTrue();
    assertThat(back().state()).isEqualTo(NetworkBack.State.CONFIRMED);
    assertThat(file()).contains("vmbr5");
  }

  @Test
  void thePersonBeforeTheRunTakesItBackByAWord() throws Exception {
    attendant = saying(Attendant.Word.TAKE_BACK);
    RunResult result = person(BRIDGE, NetworkOptions.DEFAULT).apply();
    assertThat(last(result).message()).contains("not to be kept", "put back as it was");
    assertThat(file()).isEqualTo(before);
  }

  @Test
  void aWordKeepsNothingWhileTheNodeIsSilent() throws Exception {
    attendant = saying(Attendant.Word.KEEP);
    var options = new NetworkOptions(90, false, false);
    RunResult result = person(DEAD_CARD, options).apply();
    assertThat(last(result).status()).isEqualTo(StepResult.Status.FAILED);
    assertThat(file()).isEqualTo(before);
  }

  @Test
  void aReloadThatFailsIsTakenBackAtOnce() throws Exception {
    change(node -> node.network().reloadError("command 'ifreload -a' failed: exit code 1"));
    RunResult result = keeping(BRIDGE).apply();
    assertThat(last(result).message()).contains("ifreload").contains("put back as it was");
    assertThat(file()).isEqualTo(before);
    assertThat(back().state()).isEqualTo(NetworkBack.State.REVERTED);
  }

  @Test
  void withoutAWayBackNothingIsApplied() throws Exception {
    shells.fault((_, task) -> task.command().contains("arm") ? "the timer does not start" : null);
    RunResult result = keeping(BRIDGE).apply();
    assertThat(last(result).message()).contains("the timer does not start");
    assertThat(file()).isEqualTo(before);
    assertThat(pending()).isEmpty();
  }

  @Test
  void withoutAShellItIsNotPermittedButCanBeStaged() throws Exception {
    Proxmox proxmox = new Manager(cluster, state).proxmox;
    var person = new Person("[" + BRIDGE + "]", NetworkOptions.DEFAULT, proxmox, NodeShell.none());
    Planned planned = person.plan();
    assertThat(planned.reviewed().notPermitted()).isTrue();
    assertThat(planned.reviewed().verdicts())
        .filteredOn(Verdict::isBlocked)
        .singleElement()
        .satisfies(one -> assertThat(one.message()).contains("root shell on pve-02"));
    var staging =
        new Person(
            "[" + BRIDGE + "]", new NetworkOptions(90, false, true), proxmox, NodeShell.none());
    assertThat(staging.apply().succeeded()).isTrue();
    assertThat(pending()).contains("vmbr5");
    assertThat(file()).isEqualTo(before);
    // what PIVM wrote itself is in nobody's way
    RunResult result = keeping(BRIDGE).apply();
    assertThat(result.succeeded()).as(result.toString()).isTrue();
  }

  @Test
  void whatIsNoLongerWantedIsTakenBack() throws Exception {
    Proxmox proxmox = new Manager(cluster, state).proxmox;
    new Person("[" + BRIDGE + "]", new NetworkOptions(90, false, true), proxmox, shells).apply();
    RunResult result = keeping("{\"iface\": \"vmbr0\", \"type\": \"bridge\"}").apply();
    assertThat(result.steps())
        .extracting(StepResult::step)
        .containsExactly("network/pve-02/revert");
    assertThat(pending()).isEmpty();
  }

  @Test
  void someoneElsesChangesAreNeitherAppliedNorTakenBack() throws Exception {
    var theirs =
        ApiCall.post("/nodes/" + NODE + "/network").with("iface", "vmbr8").with("type", "bridge");
    Person person = keeping(BRIDGE);
    Planned planned = person.plan();
    new Manager(cluster, state).proxmox.call(theirs);
    RunResult result = Manager.run(person.pipeline, person.around, planned);
    assertThat(result.steps().getFirst().status()).isEqualTo(StepResult.Status.REFUSED);
    assertThat(result.steps().getFirst().message()).contains("somebody else");
    assertThat(pending()).contains("vmbr8").doesNotContain("vmbr5");
    assertThat(keeping(BRIDGE).plan().reviewed().blocked()).isTrue();
    assertThat(keeping("{\"iface\": \"vmbr0\", \"type\": \"bridge\"}").plan().plan().unknown())
        .anySatisfy(one -> assertThat(one.reason()).contains("PIVM did not write"));
  }

  @Test
  void aSecondAddressThatProxmoxWouldDropIsNotLost() throws Exception {
    String two = before.replace("\tgateway", "\taddress 10.9.9.9/24\n\tgateway");
    change(node ->
        node.network()
            .file(
                two.replace("\taddress 10.9.9.9/24\n", "")
                    .replace("\taddress 10.213", "\taddress 10.9.9.9/24\n\taddress 10.213")));
    String now = file();
    RunResult result = keeping(BRIDGE).apply();
    assertThat(result.steps().getFirst().message()).contains("would drop the address 10.9.9.9/24");
    assertThat(file()).isEqualTo(now);
    assertThat(pending()).isEmpty();
  }

  @Test
  void withActiveHaServicesTheTimeIsShort() throws Exception {
    cluster.change(c -> {
      c.node(NODE).network().cards().add("eth2");
    });
    Manager manager = new Manager(cluster, state);
    manager.proxmox.call(
        ApiCall.post("/nodes/pve-01/qemu")
            .with("vmid", 100)
            .with("name", "ha")
            .with("memory", 512));
    manager.proxmox.sleep(Duration.ofSeconds(20));
    manager.proxmox.call(ApiCall.post("/cluster/ha/resources").with("sid", "vm:100"));
    Planned planned = keeping(BRIDGE).plan();
    assertThat(planned.plan().steps())
        .filteredOn(step -> step.operation() instanceof NetworkOperation.Apply)
        .singleElement()
        .satisfies(step ->
            assertThat(((NetworkOperation.Apply) step.operation()).seconds()).isEqualTo(40));
  }

  @Test
  void aDiffIsShownAndNothingStays() throws Exception {
    Person person = keeping(BRIDGE);
    Step stage = person.plan().plan().steps().getFirst();
    List<String> diff =
        NetworkPreview.of(person.worker, (NetworkOperation.Stage) stage.operation());
    assertThat(diff).startsWith("--- /etc/network/interfaces").contains("+auto vmbr5");
    assertThat(pending()).isEmpty();
    assertThat(file()).isEqualTo(before);
  }

  @Test
  void nameServersAndHostsAreWrittenAndThenAsDeclared() throws Exception {
    String declared =
        """
        {"dns": {"servers": ["10.0.0.1", "10.0.0.2"]},
         "hosts": [{"address": "10.0.0.5", "names": ["nas"]}]}
        """;
    Proxmox proxmox = new Manager(cluster, state).proxmox;
    var person = new Person(declared, NetworkOptions.DEFAULT, proxmox, NodeShell.none());
    RunResult result = person.apply();
    assertThat(result.succeeded()).as(result.toString()).isTrue();
    assertThat(person.plan().plan().isEmpty()).isTrue();
    cluster.change(c ->
        assertThat(c.node(NODE).network().hosts()).contains("10.0.0.5 nas").contains("pve-02"));
  }

  private static final class Killed extends RuntimeException {}

  /** Dies at one of its words to the cluster, said or not. */
  private final class Dying implements Proxmox, NodeShell {
    private final Proxmox proxmox;
    private final int last;
    private final boolean heard;
    private int said;

    Dying(int last, boolean heard) {
      this.proxmox = new Manager(cluster, state).proxmox;
      this.last = last;
      this.heard = heard;
    }

    private boolean dies() {
      if (said >= last) {
        throw new Killed();
      }
      return ++said == last;
    }

    @Override
    public Answer answer(ApiCall call) {
      if (call.isRead()) {
        return proxmox.answer(call);
      }
      boolean dying = dies();
      if (dying && !heard) {
        throw new Killed();
      }
      Answer answer = proxmox.answer(call);
      if (dying) {
        throw new Killed();
      }
      return answer;
    }

    @Override
    public boolean reaches(String node) {
      return true;
    }

    @Override
    public Result run(String node, Task task, Consumer<String> lines) throws IOException {
      boolean dying = dies();
      if (dying && !heard) {
        throw new Killed();
      }
      Result result = shells.run(node, task, lines);
      if (dying) {
        throw new Killed();
      }
      return result;
    }

    @Override
    public void close() {}
  }

  @Test
  void killedAtAnyPointItIsSettledAndTheNextRunFinishesIt() throws Exception {
    String interfaces = BRIDGE + ", {\"iface\": \"vmbr0\", \"type\": \"bridge\", \"mtu\": 1400}";
    boolean done = false;
    for (int last = 1; !done; last++) {
      for (boolean heard : List.of(false, true)) {
        reset();
        var dying = new Dying(last, heard);
        var options = new NetworkOptions(90, true, false);
        done |= runsToItsEnd(new Person("[" + interfaces + "]", options, dying, dying));
        Person next = keeping(interfaces);
        try (Application application = Application.begin(next.around, "test")) {
          assertThat(application.settle(new StopSignal()))
              .as("killed at %d, heard %s", last, heard)
              .allSatisfy(report -> assertThat(report.settled()).isTrue());
        }
        assertThat(back().state()).isNotEqualTo(NetworkBack.State.ARMED);
        Planned planned = next.plan();
        if (!planned.plan().isEmpty()) {
          assertThat(Manager.run(next.pipeline, next.around, planned).succeeded())
              .as("killed at %d, heard %s", last, heard)
              .isTrue();
        }
        assertThat(file()).contains("vmbr5").contains("mtu 1400");
        assertThat(pending()).isEmpty();
      }
    }
  }

  private static boolean runsToItsEnd(Person person) throws InterruptedException {
    try {
      return person.apply().succeeded();
    } catch (Killed killed) {
      return false;
    }
  }

  private void reset() throws IOException {
    change(node -> {
      node.network().file(before);
      node.network().pending(null);
    });
    try (Stream<Path> files = Files.walk(state)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }
}
