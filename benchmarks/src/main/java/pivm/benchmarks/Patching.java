package pivm.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.Event;
import pivm.engine.execution.Limits;
import pivm.engine.execution.RunResult;
import pivm.engine.execution.StepResult;
import pivm.engine.execution.StopSignal;
import pivm.engine.execution.Unlocker;
import pivm.engine.execution.Workers;
import pivm.engine.manifest.ContainerUpdates;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.UpdateReader;
import pivm.engine.observation.Observer;
import pivm.engine.patching.ContainerPatching;
import pivm.engine.pipeline.Application;
import pivm.engine.pipeline.Pipeline;
import pivm.engine.pipeline.Planned;
import pivm.engine.pipeline.Surroundings;
import pivm.engine.preflight.ContainerShell;
import pivm.engine.preflight.PreflightReader;
import pivm.engine.rails.Actor;
import pivm.engine.rails.RailPolicy;
import pivm.engine.rails.Window;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.config.Kind;
import pivm.simulator.state.ContainerSystem;
import pivm.simulator.state.Guest;
import pivm.simulator.state.SimulatedTime;
import pivm.simulator.state.Task;

/**
 * Patches containers of a simulated cluster, whose upgrades take from a quarter of a minute to two,
 * and compares the simulated time that takes with the least that the limits set allow.
 */
final class Patching {
  private static final int NODES = 4;
  private static final int SPEED = 3;
  private static final int FIRST = 1000;

  /**
   * @param seconds simulated, from the first step to the end of the last
   * @param bound the greatest of: what one container takes; the sum of each node's tasks and
   *     upgrades by how many may be done there at a time; what its upgrades take in the best order,
   *     at least
   */
  private record Result(double seconds, double bound) {
    double ratio() {
      return seconds / bound;
    }
  }

  private final SimulatedCluster cluster;
  private final ContainerUpdates manifest;
  private final ContainerPatching patching;
  private final Surroundings around;

  private Patching(Path state, int containers) {
    cluster = cluster(containers);
    manifest = UpdateReader.containers("sample.json", "{\"reboot\": \"if-required\"}").value();
    var proxmox = new InProcess(cluster, SPEED);
    var nodes = new InProcessNodes(cluster);
    patching = new ContainerPatching(nodes, state, state.resolve("update-logs"), ZoneOffset.UTC);
    around =
        new Surroundings(
                proxmox,
                Observer.overAsRoot(proxmox),
                new Actor.Timer("benchmark"),
                "root@pam",
                RailPolicy.defaults(),
                Window.NONE,
                state,
                "benchmark",
                Limits.defaults().withParallelism(manifest.parallel(), 32),
                reference -> "",
                new PreflightReader(proxmox, ContainerShell.over(nodes), proxmox)::read,
                ClusterLock.none(),
                Unlocker.none(),
                proxmox)
            .with(
                List.of(),
                new Workers(
                    Map.of(
                        ContainerPatching.KIND,
                        patching.worker(proxmox.now(), ClusterLock.none()))),
                nodes);
  }

  private static SimulatedCluster cluster(int containers) {
    String[] nodes = Samples.nodes(NODES);
    var random = new Random(1);
    SimulatedCluster.Builder builder =
        SimulatedCluster.builder()
            .seed(1)
            .time(SimulatedTime.following(Instant.parse("2026-11-24T01:00:00Z"), SPEED))
            .nodes(nodes)
            .hardware(64, 1L << 40);
    for (int i = 0; i < containers; i++) {
      int vmid = FIRST + i;
      builder.guest(
          Kind.LXC, vmid, nodes[i % NODES], Samples.container(vmid, new Random(vmid)), true);
    }
    SimulatedCluster cluster = builder.build();
    cluster.change(state -> {
      for (int i = 0; i < containers; i++) {
        toDo(guest(state.findGuest(FIRST + i)).system(), random);
      }
    });
    return cluster;
  }

  /** What an upgrade takes depends on how much there is to do, and on more that nobody knows. */
  private static void toDo(ContainerSystem system, Random random) {
    int packages = 5 + random.nextInt(46);
    for (int i = 0; i < packages; i++) {
      system.publish("package-" + i, "2");
    }
    double each = 1 + 1.2 * random.nextDouble();
    system.seconds(Math.min(120, Math.round(10 + packages * each)));
  }

  /** Patches twice: the second time it is known how long each took. Gives text for the table. */
  static String run(int containers) throws IOException, InterruptedException {
    var patching = new Patching(Files.createTempDirectory("pivm-patching"), containers);
    Result first = patching.patch(containers);
    Result then = patching.patch(containers);
    return String.format(
        Locale.ROOT,
        "%.2f × the first time (%.0f s by %.0f s), %.2f × when it is known how long each took",
        first.ratio(),
        first.seconds(),
        first.bound(),
        then.ratio());
  }

  private Result patch(int containers) throws InterruptedException {
    ContainerPatching.Prepared prepared =
        patching.prepare(around.observer(), manifest, new TreeSet<>(), false);
    Planned planned =
        new Pipeline(around)
            .planDirectly(
                new Desired(List.of()),
                prepared.guests(),
                (inventory, _) -> prepared.plan(inventory),
                new Pipeline.Words(List.of(), List.of(), new TreeMap<>(), prepared.guests()));
    long began = around.time().now().getEpochSecond();
    var took = new AtomicReference<Double>();
    try (Application application = Application.begin(around, "benchmark")) {
      RunResult result =
          application.run(
              planned,
              false,
              new StopSignal(),
              event -> {
                if (event instanceof Event.RunEnded ended) {
                  took.set(ended.took().toMillis() / 1000.0);
                }
              });
      if (result.count(StepResult.Status.DONE) != planned.plan().steps().size()
          || patching.last(null, around.time().now()).elements().size() != containers) {
        throw new IllegalStateException("not all was done: " + result.steps());
      }
    }
    return new Result(took.get(), bound(began));
  }

  private double bound(long began) {
    int atOnce = Math.min(manifest.parallel(), manifest.parallelPerStorage());
    Map<Integer, Double> tasks = taskTimes(began);
    Map<String, List<Double>> upgrades = new HashMap<>();
    Map<String, Double> sums = new HashMap<>();
    var bound = new AtomicReference<>(0.0);
    cluster.change(state -> {
      for (Guest guest : state.guests()) {
        double upgrade = guest.system().seconds();
        double all = upgrade + tasks.getOrDefault(guest.vmid(), 0.0);
        upgrades.computeIfAbsent(guest.node(), _ -> new ArrayList<>()).add(upgrade);
        sums.merge(guest.node(), all / atOnce, Double::sum);
        bound.accumulateAndGet(all, Math::max);
      }
    });
    sums.values().forEach(sum -> bound.accumulateAndGet(sum, Math::max));
    upgrades.values().forEach(node -> bound.accumulateAndGet(inRounds(node, atOnce), Math::max));
    return bound.get();
  }

  /**
   * No order is faster: of the longest {@code n * atOnce + 1} upgrades some place has {@code n +
   * 1}, which take at least as long as the shortest of them.
   */
  private static double inRounds(List<Double> times, int atOnce) {
    List<Double> longest = times.stream().sorted(Comparator.reverseOrder()).toList();
    double bound = 0;
    for (int rounds = 0; rounds * atOnce < longest.size(); rounds++) {
      int last = rounds * atOnce;
      double shortest =
          longest.subList(last - rounds, last + 1).stream().mapToDouble(Double::doubleValue).sum();
      bound = Math.max(bound, shortest);
    }
    return bound;
  }

  /** What the tasks of each container took: its snapshot, and its restart. */
  private Map<Integer, Double> taskTimes(long began) {
    Map<Integer, Double> times = new TreeMap<>();
    for (Task task : cluster.with(state -> List.copyOf(state.tasks().all()))) {
      if (task.startSeconds() >= began && task.id().matches("\\d+")) {
        times.merge(
            Integer.parseInt(task.id()),
            (double) (task.endSeconds() - task.startSeconds()),
            Double::sum);
      }
    }
    return times;
  }

  private static Guest guest(@org.jspecify.annotations.Nullable Guest found) {
    if (found == null) {
      throw new IllegalStateException("a container of the sample is missing");
    }
    return found;
  }
}
