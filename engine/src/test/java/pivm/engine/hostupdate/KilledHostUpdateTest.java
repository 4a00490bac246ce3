package pivm.engine.hostupdate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.EventListener;
import pivm.engine.execution.Limits;
import pivm.engine.execution.RunResult;
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
import pivm.engine.rails.Actor;
import pivm.engine.rails.RailPolicy;
import pivm.engine.rails.Window;
import pivm.engine.testing.SimulatedNodes;
import pivm.engine.testing.SimulatedProxmox;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.command.NodeShell;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.config.Kind;
import pivm.simulator.state.Guest;
import pivm.simulator.state.HaResource;
import pivm.simulator.state.SimulatedTime;

/**
 * A host update is killed at each of its words to the cluster, said or not said. The next run goes
 * on, and in between nothing is hidden.
 */
class KilledHostUpdateTest {
  private static final String NODE = "pve-01";
  private static final String CONTAINER =
      """
      arch: amd64
      hostname: ct203
      memory: 512
      ostype: debian
      rootfs: local-lvm:vm-203-disk-0,size=8G
      swap: 512
      unprivileged: 1
      """;
  private static final Duration LONG = Duration.ofMinutes(3);

  @TempDir private Path state;

  private static final class Killed extends RuntimeException {}

  /** One cluster, with a guest of HA, another VM and a container on the node. */
  private static final class World {
    final SimulatedCluster cluster;
    final SimulatedProxmox proxmox;

    World() {
      var builder =
          SimulatedCluster.builder()
              .seed(1)
              .time(SimulatedTime.manual(Instant.parse("2026-11-24T04:00:00Z")))
              .nodes("pve-01", "pve-02", "pve-03")
              .hardware(16, 64L << 30);
      for (int vmid : List.of(201, 202)) {
        builder.guest(Kind.QEMU, vmid, NODE, vm(vmid), true);
      }
      builder.guest(Kind.LXC, 203, NODE, CONTAINER, true);
      cluster = builder.build();
      cluster.change(all -> {
        var resource = new HaResource("vm:201");
        resource.options().put("state", "started");
        resource.crmState("started");
        all.haResources().put("vm:201", resource);
      });
      cluster.advance(Duration.ofSeconds(15));
      proxmox = new SimulatedProxmox(cluster, null);
    }

    private static String vm(int vmid) {
      return """
      memory: 2048
      name: vm%1$d
      ostype: l26
      scsi0: local-lvm:vm-%1$d-disk-0,size=8G
      """
          .formatted(vmid);
    }

    boolean inMaintenance() {
      boolean[] said = {false};
      cluster.change(all -> said[0] = all.node(NODE).inMaintenance());
      return said[0];
    }

    List<String> guests() {
      List<String> guests = new ArrayList<>();
      cluster.change(all -> {
        for (Guest guest : all.guests()) {
          guests.add(guest.vmid() + " " + guest.node() + " " + guest.isRunning());
        }
      });
      return guests.stream().sorted().toList();
    }

    int boots() {
      int[] boots = {0};
      cluster.change(all -> boots[0] = all.node(NODE).boots());
      return boots[0];
    }
  }

  /** A manager of that cluster, which may die. */
  private final class Manager {
    final Surroundings around;
    final HostUpdate update;
    final HostUpdates manifest;
    final World world;

    Manager(World world, Dying dying, String drain) {
      this.world = world;
      update = new HostUpdate(dying, state, NODE);
      manifest =
          UpdateReader.hosts("manifest", "{\"reboot\": \"always\", \"drain\": \"" + drain + "\"}")
              .value();
      around =
          new Surroundings(
                  dying,
                  Observer.overAsRoot(dying),
                  new Actor.Timer("pivm-hosts"),
                  "root@pam",
                  RailPolicy.defaults(),
                  Window.NONE,
                  state,
                  "test",
                  Limits.defaults().withParallelism(1, 1),
                  reference -> "",
                  (guest, _) -> {
                    throw new IllegalStateException("no guest is destroyed: " + guest.subject());
                  },
                  ClusterLock.none(),
                  Unlocker.none(),
                  world.proxmox)
              .with(
                  List.of(),
                  new Workers(
                      Map.of(
                          HostUpdate.KIND, update.worker("/usr/bin/pivm", RailPolicy.defaults()))),
                  dying);
    }

    RunResult run(boolean goesOn, List<String> nodes) throws InterruptedException {
      HostUpdate.Prepared prepared =
          update.prepare(
              around.observer(),
              around.proxmox(),
              manifest,
              nodes,
              goesOn,
              Window.NONE,
              RailPolicy.defaults(),
              world.proxmox.now());
      Planned planned =
          new Pipeline(around)
              .planDirectly(
                  new Desired(List.of()),
                  new TreeSet<>(),
                  (_, _) -> prepared.plan(),
                  new Pipeline.Words(List.of(), List.of(), new TreeMap<>(), new TreeSet<>()));
      assertThat(planned.reviewed().blocked())
          .as(planned.reviewed().verdicts().toString())
          .isFalse();
      assertThat(planned.reviewed().openConfirmations()).isEmpty();
      try (Application application = Application.begin(around, "test")) {
        return application.run(planned, false, new StopSignal(), EventListener.none());
      }
    }

    void settle() {
      try (Application application = Application.begin(around, "test")) {
        application
            .settle(new StopSignal())
            .forEach(report -> assertThat(report.settled()).as(report.toString()).isTrue());
      }
    }
  }

  /** Dies at one of its words to the cluster, said or not. */
  private static final class Dying implements Proxmox, NodeShell {
    private final SimulatedProxmox proxmox;
    private final SimulatedNodes nodes;
    private final int last;
    private final boolean heard;
    private int said;

    Dying(World world, int last, boolean heard) {
      this.proxmox = world.proxmox;
      this.nodes = new SimulatedNodes(world.cluster);
      this.last = last;
      this.heard = heard;
    }

    private boolean dies() {
      if (said >= last) {
        throw new Killed();
      }
      boolean dying = ++said == last;
      if (dying && !heard) {
        throw new Killed();
      }
      return dying;
    }

    @Override
    public Answer answer(ApiCall call) {
      if (call.isRead()) {
        if (said >= last) {
          throw new Killed();
        }
        return proxmox.answer(call);
      }
      boolean dying = dies();
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
      String verb = task.command().get(4);
      if (List.of("facts", "look", "state", "poll", "refresh").contains(verb) && said < last) {
        return nodes.run(node, task, lines);
      }
      boolean dying = dies();
      Result result = nodes.run(node, task, lines);
      if (dying) {
        throw new Killed();
      }
      return result;
    }

    @Override
    public void close() {}
  }

  private void reset() throws IOException {
    try (Stream<Path> files = Files.walk(state)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.delete(file);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ha-maintenance", "shutdown"})
  void theNextRunGoesOnRestartsOnceAndTakesAllBack(String drain) throws Exception {
    boolean done = false;
    int last = 1;
    for (; !done; last++) {
      for (boolean heard : List.of(false, true)) {
        reset();
        done |= killed(drain, last, heard);
      }
    }
    assertThat(last).as("words that a kill could follow").isGreaterThan(6);
  }

  /** Whether the run came to its end before it was to be killed. */
  private boolean killed(String drain, int last, boolean heard) throws Exception {
    String name = "killed at %d, heard %s".formatted(last, heard);
    var world = new World();
    List<String> before = world.guests();
    boolean ended;
    try {
      ended =
          new Manager(world, new Dying(world, last, heard), drain)
              .run(false, List.of(NODE))
              .succeeded();
      assertThat(ended).isTrue();
    } catch (Killed killed) {
      ended = false;
    }
    world.cluster.advance(Duration.ofSeconds(30));
    var next = new Manager(world, new Dying(world, Integer.MAX_VALUE, true), drain);
    if (world.inMaintenance()) {
      assertThat(Objects.requireNonNull(next.update.unfinished().get(NODE)))
          .as(name)
          .contains("HA maintenance");
    }
    next.settle();
    List<String> open = next.update.open();
    if (!open.isEmpty()) {
      RunResult result = next.run(true, open);
      assertThat(result.succeeded()).as(name + ": " + result).isTrue();
    } else if (!ended) {
      assertThat(world.boots()).as(name + ": nothing was begun, or all was done").isIn(1, 2);
    }
    world.cluster.advance(LONG);
    assertThat(world.guests()).as(name).isEqualTo(before);
    assertThat(world.inMaintenance()).as(name).isFalse();
    assertThat(next.update.unfinished()).as(name).isEmpty();
    if (ended || !open.isEmpty()) {
      assertThat(world.boots()).as(name).isEqualTo(2);
    }
    return ended;
  }
}
