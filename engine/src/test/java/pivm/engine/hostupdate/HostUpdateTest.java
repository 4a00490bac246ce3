package pivm.engine.hostupdate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.EventListener;
import pivm.engine.execution.Limits;
import pivm.engine.execution.RunResult;
import pivm.engine.execution.StepResult;
import pivm.engine.execution.StopSignal;
import pivm.engine.execution.Unlocker;
import pivm.engine.execution.Workers;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.HostUpdates;
import pivm.engine.manifest.UpdateReader;
import pivm.engine.observation.Observer;
import pivm.engine.pipeline.Application;
import pivm.engine.pipeline.Pipeline;
import pivm.engine.pipeline.Planned;
import pivm.engine.pipeline.Surroundings;
import pivm.engine.plan.Step;
import pivm.engine.rails.Actor;
import pivm.engine.rails.RailPolicy;
import pivm.engine.rails.Window;
import pivm.engine.testing.SimulatedNodes;
import pivm.engine.testing.SimulatedProxmox;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.api.SimResponse;
import pivm.simulator.config.Kind;
import pivm.simulator.state.ContainerSystem;
import pivm.simulator.state.HaResource;
import pivm.simulator.state.Node;
import pivm.simulator.state.SimulatedTime;

/** Nodes of a simulated cluster are updated one after the other. */
class HostUpdateTest {
  private static final String AGREED = "{\"reboot\": \"if-required\"}";

  @TempDir Path folder;
  private SimulatedCluster cluster = cluster("pve-01", "pve-02", "pve-03");
  private SimulatedNodes nodes = new SimulatedNodes(cluster);
  private SimulatedProxmox proxmox = new SimulatedProxmox(cluster, null);
  private Window window = Window.NONE;

  private static SimulatedCluster cluster(String... names) {
    var builder =
        SimulatedCluster.builder()
            .seed(1)
            .time(SimulatedTime.manual(Instant.parse("2026-11-24T04:00:00Z")))
            .nodes(names)
            .hardware(16, 64L << 30);
    guest(builder, 201, names[0]);
    guest(builder, 202, names[names.length - 1]);
    SimulatedCluster made = builder.build();
    made.advance(Duration.ofSeconds(15));
    return made;
  }

  private static void guest(SimulatedCluster.Builder builder, int vmid, String node) {
    builder.guest(
        Kind.QEMU,
        vmid,
        node,
        """
        boot: order=scsi0
        memory: 2048
        name: vm%1$d
        ostype: l26
        scsi0: local-lvm:vm-%1$d-disk-0,size=8G
        scsihw: virtio-scsi-single
        """
            .formatted(vmid),
        true);
  }

  private void use(SimulatedCluster other) {
    cluster = other;
    nodes = new SimulatedNodes(cluster);
    proxmox = new SimulatedProxmox(cluster, null);
  }

  private void node(String name, Consumer<Node> change) {
    cluster.change(state -> change.accept(state.node(name)));
  }

  private HostUpdate update(@Nullable String local) {
    return new HostUpdate(nodes, folder.resolve("state"), local);
  }

  private Surroundings around(HostUpdate update) {
    return new Surroundings(
            proxmox,
            Observer.overAsRoot(proxmox),
            new Actor.Timer("pivm-hosts"),
            "root@pam",
            RailPolicy.defaults(),
            window,
            folder.resolve("state"),
            "test",
            Limits.defaults().withParallelism(1, 1),
            reference -> "",
            (guest, _) -> {
              throw new IllegalStateException("no guest is destroyed: " + guest.subject());
            },
            ClusterLock.none(),
            Unlocker.none(),
            proxmox)
        .with(
            List.of(),
            new Workers(
                Map.of(HostUpdate.KIND, update.worker("/usr/bin/pivm", RailPolicy.defaults()))),
            nodes);
  }

  private static HostUpdates manifest(String text) {
    UpdateReader.Result<HostUpdates> read = UpdateReader.hosts("manifest", text);
    assertThat(read.findings()).isEmpty();
    return read.value();
  }

  private Planned plan(String manifest, @Nullable String local, String... named)
      throws InterruptedException {
    return plan(manifest, local, false, List.of(named));
  }

  private Planned plan(String manifest, @Nullable String local, boolean goesOn, List<String> named)
      throws InterruptedException {
    HostUpdate update = update(local);
    Surroundings around = around(update);
    HostUpdate.Prepared prepared =
        update.prepare(
            around.observer(),
            proxmox,
            manifest(manifest),
            named,
            goesOn,
            window,
            RailPolicy.defaults(),
            proxmox.now());
    return new Pipeline(around)
        .planDirectly(
            new Desired(List.of()),
            new TreeSet<>(),
            (_, _) -> prepared.plan(),
            new Pipeline.Words(List.of(), List.of(), new TreeMap<>(), new TreeSet<>()));
  }

  private RunResult run(String manifest, @Nullable String local, String... named)
      throws InterruptedException {
    return run(plan(manifest, local, named), local);
  }

  private RunResult run(Planned planned, @Nullable String local) throws InterruptedException {
    assertThat(planned.reviewed().blocked()).as(planned.reviewed().verdicts().toString()).isFalse();
    try (Application application = Application.begin(around(update(local)), "test")) {
      return application.run(planned, false, new StopSignal(), EventListener.none());
    }
  }

  private static StepResult step(RunResult result, String id) {
    return result.steps().stream().filter(one -> one.step().equals(id)).findFirst().orElseThrow();
  }

  private static String blocks(Planned planned) {
    assertThat(planned.reviewed().blocked()).isTrue();
    return planned.reviewed().verdicts().toString();
  }

  @Test
  void eachNodeIsArchivedUpgradedDrainedRestartedAndFilledAgainThisOneLast()
      throws InterruptedException {
    Planned planned = plan(AGREED, "pve-01");
    assertThat(planned.plan().steps().stream().map(Step::id).toList())
        .startsWith(
            "node/pve-02/archive",
            "node/pve-02/upgrade",
            "node/pve-02/drain",
            "node/pve-02/reboot",
            "node/pve-02/undrain",
            "node/pve-03/archive")
        .endsWith("node/pve-01/undrain");
    assertThat(planned.reviewed().openConfirmations()).isEmpty();
    assertThat(planned.plan().changes().getFirst().notes().toString())
        .contains("services: cron, dbus, ssh", "2 of 3 votes are left without pve-02");

    RunResult result = run(AGREED, "pve-01");
    assertThat(result.succeeded()).as(result.toString()).isTrue();
    assertThat(step(result, "node/pve-03/upgrade").message())
        .isEqualTo("3 packages changed; 1 security fix; a restart is needed (libc6)");
    assertThat(step(result, "node/pve-03/reboot").message())
        .isEqualTo("pve-03 is back, in quorum and well");
    for (String name : List.of("pve-01", "pve-02", "pve-03")) {
      node(name, node -> assertThat(node.boots()).isEqualTo(2));
    }
    cluster.change(state -> {
      var first = Objects.requireNonNull(state.findGuest(201));
      assertThat(first.node()).isEqualTo("pve-01");
      assertThat(first.isRunning()).isTrue();
    });
    assertThat(update(null).open()).isEmpty();
    assertThat(update(null).last(null, proxmox.now()).objects())
        .extracting(one -> one.text("summary"))
        .containsOnly("3 packages changed; 1 security fix; restarted")
        .hasSize(3);
  }

  @Test
  void withNothingToUpgradeNobodyIsMovedAndNothingRestarted() throws InterruptedException {
    for (String name : List.of("pve-01", "pve-02", "pve-03")) {
      node(name, node -> node.system().install());
    }
    RunResult result = run(AGREED, null);
    assertThat(step(result, "node/pve-01/upgrade").message()).isEqualTo("up to date already");
    assertThat(step(result, "node/pve-01/drain").message()).contains("its guests stay");
    assertThat(step(result, "node/pve-01/reboot").message()).isEqualTo("no restart is needed");
    node("pve-01", node -> assertThat(node.boots()).isEqualTo(1));
  }

  @Test
  void guestsOfHaAreMovedByItsMaintenanceAndComeBack() throws InterruptedException {
    cluster.change(state -> {
      var resource = new HaResource("vm:201");
      resource.options().put("state", "started");
      resource.crmState("started");
      state.haResources().put("vm:201", resource);
    });
    RunResult result = run(AGREED, null, "pve-01");
    assertThat(result.succeeded()).as(result.toString()).isTrue();
    node("pve-01", node -> assertThat(node.inMaintenance()).isFalse());
    cluster.advance(Duration.ofMinutes(5));
    cluster.change(state ->
        assertThat(Objects.requireNonNull(state.findGuest(201)).node()).isEqualTo("pve-01"));
  }

  @Test
  void whatWouldHarmTheClusterIsRefusedBeforeAnythingIsDone() throws InterruptedException {
    node("pve-01", node -> node.system().trouble(ContainerSystem.Trouble.REMOVES));
    assertThat(blocks(plan(AGREED, null, "pve-01"))).contains("would remove proxmox-ve");
    node("pve-01", node -> node.system().trouble(ContainerSystem.Trouble.BROKEN));
    assertThat(blocks(plan(AGREED, null, "pve-01"))).contains("dpkg was left unfinished");
    node("pve-01", node -> node.system().trouble(ContainerSystem.Trouble.NONE));
    assertThat(blocks(plan("{\"min_free_mib\": 900000}", null, "pve-01")))
        .contains("MiB free, and 900000 are asked for");
    assertThat(blocks(plan(AGREED, null, "pve-09"))).contains("there is no node of that name");
    assertThat(blocks(plan("{\"window\": true}", null, "pve-01"))).contains("maintenance window");
  }

  @Test
  void aNodeWithoutWhichThereIsNoQuorumIsNotRestarted() throws InterruptedException {
    use(cluster("pve-01", "pve-02"));
    assertThat(blocks(plan(AGREED, null, "pve-02")))
        .contains("lose its quorum", "1 of 2 votes are left without pve-02", "QDevice");
    assertThat(plan("{\"reboot\": \"never\"}", null).reviewed().blocked()).isFalse();
  }

  @Test
  void aSingleNodeHasNobodyToTakeItsGuests() throws InterruptedException {
    use(cluster("pve-01"));
    assertThat(blocks(plan(AGREED, null))).contains("there is no other node", "vm 201 vm201");
    Planned planned = plan("{\"reboot\": \"if-required\", \"drain\": \"shutdown\"}", null);
    assertThat(planned.reviewed().blocked()).isFalse();
  }

  @Test
  void guestsThatCannotBeMovedAreForetold() throws InterruptedException {
    config(201, "ide2", "local:iso/debian.iso,media=cdrom");
    config(201, "hostpci0", "0000:01:00.0");
    config(201, "serial0", "/dev/ttyS0");
    config(201, "usb0", "host=spice");
    assertThat(blocks(plan(AGREED, null, "pve-01")))
        .contains("vm 201 vm201 can't be moved")
        .contains("hostpci0 is a PCI device of its node")
        .contains("serial0 is a serial device of its node")
        .contains("ide2 holds local:iso/debian.iso, which lies on a storage of pve-01 alone")
        .contains("empty the drive first")
        .doesNotContain("usb0");
    assertThat(plan("{\"reboot\": \"if-required\", \"drain\": \"shutdown\"}", null, "pve-01"))
        .satisfies(planned -> assertThat(planned.reviewed().blocked()).isFalse());
  }

  private void config(int vmid, String key, String value) {
    cluster.change(state -> Objects.requireNonNull(state.findGuest(vmid)).config().put(key, value));
  }

  @Test
  void severalGuestsAreNotPromisedTheSameRoom() throws InterruptedException {
    var builder =
        SimulatedCluster.builder()
            .seed(1)
            .time(SimulatedTime.manual(Instant.parse("2026-11-24T04:00:00Z")))
            .nodes("pve-01", "pve-02")
            .hardware(16, 8L << 30);
    List.of(201, 202, 203, 204).forEach(vmid -> guest(builder, vmid, "pve-01"));
    use(builder.build());
    cluster.advance(Duration.ofSeconds(15));
    // Each of them fits on pve-02, whose 8 GiB may be promised but for a fifth; not all do.
    assertThat(blocks(plan(AGREED, null, "pve-01")))
        .contains("there is no room for vm 204 vm204 elsewhere")
        .doesNotContain("there is no room for vm 203");
  }

  @Test
  void theEnterpriseRepositoryWithoutASubscriptionIsToldBeforeAnythingIsDone()
      throws InterruptedException {
    nodes.fault((_, task) ->
        task.command().contains("refresh")
            ? "E: The repository 'https://enterprise.proxmox.com' is not signed: 401 Unauthorized"
            : null);
    nodes.adding("facts", "repository enterprise\n");
    assertThat(blocks(plan(AGREED, null, "pve-01")))
        .contains("its package lists can't be read", "401 Unauthorized")
        .contains("no active subscription (notfound)", "no-subscription repository");
    nodes.fault((_, _) -> null);
    Planned planned = plan(AGREED, null, "pve-01");
    assertThat(planned.reviewed().blocked()).isFalse();
    assertThat(planned.plan().changes().getFirst().notes())
        .anySatisfy(note -> assertThat(note).startsWith("warning: its package sources name"));
  }

  @Test
  void votesThatCannotBeReadAreNoQuorum() throws InterruptedException {
    cluster.intercept((request, answer) ->
        request.path().contains("/cluster/config/nodes")
            ? new SimResponse(403, "Permission check failed", null, SimResponse.Outcome.ANSWERED)
            : answer.apply(request));
    assertThat(blocks(plan(AGREED, null, "pve-01"))).contains("the votes could not be read");
  }

  @Test
  void withoutTheManifestsWordARestartIsAskedFor() throws InterruptedException {
    assertThat(plan("{}", null).reviewed().openConfirmations())
        .hasSize(3)
        .allSatisfy(asked -> assertThat(asked.question()).contains("reboot if required node pve-"));
  }

  @Test
  void aFailedUpgradeStopsTheLine() throws InterruptedException {
    node("pve-01", node -> node.system().trouble(ContainerSystem.Trouble.FAILS));
    RunResult result = run(AGREED, null);
    assertThat(step(result, "node/pve-01/upgrade").status()).isEqualTo(StepResult.Status.FAILED);
    assertThat(step(result, "node/pve-02/archive").status()).isEqualTo(StepResult.Status.SKIPPED);
    node("pve-02", node -> assertThat(node.system().begun()).isZero());
  }

  @Test
  void aNodeThatDoesNotComeBackStopsTheLine() throws InterruptedException {
    node("pve-01", node -> node.system().healthy(true));
    nodes.fault((name, task) ->
        name.equals("pve-01") && task.command().contains("state") ? "no route to host" : null);
    RunResult result = run("{\"reboot\": \"if-required\", \"timeout\": 10}", null);
    assertThat(step(result, "node/pve-01/reboot").message())
        .contains("does not answer (no route to host)", "within 10 minutes");
    assertThat(step(result, "node/pve-02/archive").status()).isEqualTo(StepResult.Status.SKIPPED);
  }

  @Test
  void aRunThatItsOwnRestartCutOffIsSettledAndGoesOn() throws InterruptedException {
    var states = new AtomicInteger();
    nodes.fault((name, task) -> {
      if (name.equals("pve-01")
          && task.command().contains("state")
          && states.incrementAndGet() == 1) {
        throw new IllegalStateException("the node is gone");
      }
      return null;
    });
    assertThatThrownBy(() -> run(AGREED, "pve-01")).hasMessageContaining("the node is gone");
    assertThat(update("pve-01").open()).containsExactly("pve-01");
    nodes.fault((_, _) -> null);
    try (Application application = Application.begin(around(update("pve-01")), "test")) {
      assertThat(application.settle(new StopSignal()).getFirst().findings())
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.decision()).isEqualTo("done");
            assertThat(finding.evidence()).contains("is back, in quorum and well");
          });
    }
    Planned rest = plan(AGREED, "pve-01", true, update("pve-01").open());
    assertThat(rest.plan().steps()).extracting(Step::id).containsExactly("node/pve-01/undrain");
    assertThat(rest.reviewed().openConfirmations()).isEmpty();
    assertThat(run(rest, "pve-01").succeeded()).isTrue();
    node("pve-01", node -> assertThat(node.boots()).isEqualTo(2));
    cluster.change(state ->
        assertThat(Objects.requireNonNull(state.findGuest(201)).node()).isEqualTo("pve-01"));
    assertThat(update("pve-01").open()).isEmpty();
  }
}
