package pivm.engine.patching;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.EventListener;
import pivm.engine.execution.Limits;
import pivm.engine.execution.Resumer;
import pivm.engine.execution.RunResult;
import pivm.engine.execution.StopSignal;
import pivm.engine.execution.Unlocker;
import pivm.engine.execution.Workers;
import pivm.engine.manifest.ContainerUpdates;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.UpdateReader;
import pivm.engine.observation.Observer;
import pivm.engine.pipeline.Application;
import pivm.engine.pipeline.Pipeline;
import pivm.engine.pipeline.Planned;
import pivm.engine.pipeline.Surroundings;
import pivm.engine.preflight.ContainerShell;
import pivm.engine.preflight.PreflightReader;
import pivm.engine.rails.Actor;
import pivm.engine.rails.RailPolicy;
import pivm.engine.rails.Window;
import pivm.engine.testing.SimulatedNodes;
import pivm.engine.testing.SimulatedProxmox;
import pivm.proxmox.Proxmox;
import pivm.proxmox.command.NodeShell;
import pivm.proxmox.json.Json;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.config.Kind;
import pivm.simulator.state.ContainerSystem;
import pivm.simulator.state.SimulatedTime;

/** A simulated cluster with containers to patch, and a timer's run of PIVM in front of it. */
final class PatchingWorld {
  final SimulatedCluster cluster;
  final SimulatedProxmox proxmox;
  final SimulatedNodes nodes;
  private final Path folder;
  private boolean byTimer;
  private ClusterLock lock = ClusterLock.none();
  private UnaryOperator<Proxmox> way = proxmox -> proxmox;
  private final List<Integer> containers = new ArrayList<>();

  PatchingWorld(Path folder, int... running) {
    this(folder, List.of(), running);
  }

  /**
   * @param stopped containers that do not run
   */
  PatchingWorld(Path folder, List<Integer> stopped, int... running) {
    this.folder = folder;
    var builder =
        SimulatedCluster.builder()
            .seed(1)
            .time(SimulatedTime.manual(Instant.parse("2026-11-24T01:00:00Z")))
            .nodes("pve-01", "pve-02")
            .hardware(16, 64L << 30);
    for (int vmid : running) {
      containers.add(vmid);
      guest(builder, vmid, true);
    }
    for (int vmid : stopped) {
      containers.add(vmid);
      guest(builder, vmid, false);
    }
    cluster = builder.build();
    proxmox = new SimulatedProxmox(cluster, null);
    nodes = new SimulatedNodes(cluster);
    cluster.advance(Duration.ofSeconds(15));
  }

  /** Another machine's PIVM before the same cluster. */
  PatchingWorld(Path folder, PatchingWorld other) {
    this.folder = folder;
    this.cluster = other.cluster;
    this.proxmox = other.proxmox;
    this.nodes = other.nodes;
    this.containers.addAll(other.containers);
  }

  private static void guest(SimulatedCluster.Builder builder, int vmid, boolean running) {
    builder.guest(
        Kind.LXC,
        vmid,
        vmid % 2 == 0 ? "pve-02" : "pve-01",
        """
        arch: amd64
        hostname: ct%1$d
        memory: 512
        ostype: %2$s
        rootfs: local-lvm:vm-%1$d-disk-0,size=8G
        tags: web
        unprivileged: 1
        """
            .formatted(vmid, vmid % 10 == 9 ? "alpine" : "debian"),
        running);
  }

  /** Whether runs are a timer's, which leave out what was patched lately. */
  void byTimer() {
    byTimer = true;
  }

  void lock(ClusterLock other) {
    lock = other;
  }

  void way(UnaryOperator<Proxmox> other) {
    way = other;
  }

  void system(int vmid, java.util.function.Consumer<ContainerSystem> change) {
    cluster.change(state -> {
      var guest = state.findGuest(vmid);
      if (guest == null) {
        throw new AssertionError("no guest " + vmid);
      }
      change.accept(guest.system());
    });
  }

  Map<Integer, String> versions(String name) {
    Map<Integer, String> versions = new TreeMap<>();
    for (int vmid : containers) {
      system(vmid, system -> versions.put(vmid, system.packages().getOrDefault(name, "")));
    }
    return versions;
  }

  ContainerPatching patching() {
    return new ContainerPatching(
        nodes, folder.resolve("state"), folder.resolve("update-logs"), ZoneOffset.UTC);
  }

  Surroundings around() {
    return around(nodes);
  }

  Surroundings around(NodeShell shell) {
    Proxmox seen = way.apply(proxmox);
    ContainerShell inside =
        (node, vmid, script) ->
            shell
                .run(
                    node,
                    NodeShell.Task.of(
                        "pct", "exec", Integer.toString(vmid), "--", "/bin/sh", "-c", script))
                .output();
    return new Surroundings(
            seen,
            Observer.overAsRoot(seen),
            new Actor.Timer("pivm-containers"),
            "root@pam",
            RailPolicy.defaults(),
            Window.NONE,
            folder.resolve("state"),
            "test",
            Limits.defaults().withParallelism(1, 1),
            reference -> "",
            new PreflightReader(seen, inside, proxmox)::read,
            lock,
            Unlocker.none(),
            proxmox)
        .with(
            List.of(),
            new Workers(Map.of(ContainerPatching.KIND, patching().worker(proxmox.now(), lock))),
            shell);
  }

  static ContainerUpdates manifest(String text) {
    UpdateReader.Result<ContainerUpdates> read = UpdateReader.containers("manifest", text);
    if (read.hasErrors()) {
      throw new AssertionError(read.findings().toString());
    }
    return read.value();
  }

  Planned plan(String manifest, Integer... named) throws InterruptedException {
    return plan(around(), manifest, named);
  }

  ContainerPatching.Prepared prepare(String manifest, Integer... named)
      throws InterruptedException {
    return patching()
        .prepare(
            around().observer(), manifest(manifest), new TreeSet<>(Arrays.asList(named)), byTimer);
  }

  private Planned plan(Surroundings around, String manifest, Integer... named)
      throws InterruptedException {
    return planned(around, prepare(manifest, named));
  }

  private static Planned planned(Surroundings around, ContainerPatching.Prepared prepared)
      throws InterruptedException {
    return new Pipeline(around)
        .planDirectly(
            new Desired(List.of()),
            prepared.guests(),
            (inventory, _) -> prepared.plan(inventory),
            new Pipeline.Words(List.of(), List.of(), new TreeMap<>(), prepared.guests()));
  }

  RunResult patch(String manifest, Integer... named) throws InterruptedException {
    Surroundings around = around();
    try (Application application = Application.begin(around, "test")) {
      return run(application, plan(around, manifest, named));
    }
  }

  /**
   * Runs as the command does: what another run has overtaken by the time of the lock is planned
   * anew.
   */
  Overtaken patchRenewing(String manifest) throws InterruptedException {
    Surroundings around = around();
    var prepared = new ContainerPatching.Prepared[] {prepare(manifest)};
    var told = new TreeSet<Integer>();
    Planned planned = planned(around, prepared[0]);
    var renewal =
        new PatchRenewal(
            patching(),
            around.observer(),
            prepared[0],
            (anew, _) -> {
              prepared[0] = anew;
              return planned(around, anew);
            },
            told::addAll);
    try (Application application = Application.begin(around, "test")) {
      RunResult result =
          application.run(planned, false, new StopSignal(), EventListener.none(), renewal);
      return new Overtaken(result, told, prepared[0].left());
    }
  }

  /**
   * @param told the containers that another run has worked on
   */
  record Overtaken(RunResult result, SortedSet<Integer> told, SortedMap<Integer, String> left) {}

  /** Runs a plan that was made before. */
  RunResult patch(Planned planned) throws InterruptedException {
    try (Application application = Application.begin(around(), "test")) {
      return run(application, planned);
    }
  }

  private static RunResult run(Application application, Planned planned)
      throws InterruptedException {
    if (planned.reviewed().blocked()) {
      throw new AssertionError(planned.reviewed().verdicts().toString());
    }
    return application.run(planned, false, new StopSignal(), EventListener.none());
  }

  boolean running(int vmid) {
    var running = new java.util.concurrent.atomic.AtomicBoolean();
    cluster.change(
        state -> running.set(java.util.Objects.requireNonNull(state.findGuest(vmid)).isRunning()));
    return running.get();
  }

  /** The tasks of a type that its node has begun for a container. */
  List<Json.Obj> tasks(int vmid, String type) {
    String node = vmid % 2 == 0 ? "pve-02" : "pve-01";
    return proxmox
        .call(
            pivm.proxmox.ApiCall.get("/nodes/" + node + "/tasks")
                .with("source", "all")
                .with("vmid", vmid)
                .with("typefilter", type))
        .objects();
  }

  List<Resumer.Report> settle() {
    try (Application application = Application.begin(around(), "test")) {
      return application.settle(new StopSignal());
    }
  }

  List<Json.Obj> last() {
    return patching().last(null, proxmox.now()).objects();
  }
}
