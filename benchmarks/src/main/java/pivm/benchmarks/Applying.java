package pivm.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.Event;
import pivm.engine.execution.Limits;
import pivm.engine.execution.RunResult;
import pivm.engine.execution.StepResult;
import pivm.engine.execution.StopSignal;
import pivm.engine.execution.Unlocker;
import pivm.engine.observation.Observer;
import pivm.engine.pipeline.Application;
import pivm.engine.pipeline.Pipeline;
import pivm.engine.pipeline.Planned;
import pivm.engine.pipeline.Surroundings;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;
import pivm.engine.preflight.ContainerShell;
import pivm.engine.preflight.PreflightReader;
import pivm.engine.rails.Actor;
import pivm.engine.rails.Given;
import pivm.engine.rails.RailPolicy;
import pivm.engine.rails.Window;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.state.SimulatedTime;
import pivm.simulator.state.Task;

/**
 * Makes and starts containers on a simulated cluster and compares the simulated time that takes
 * with the least that any order of its steps could take.
 */
final class Applying {
  private static final int NODES = 8;
  private static final int SPEED = 5;

  /**
   * @param seconds simulated, from the first step to the end of the last
   * @param bound the greatest of: the longest chain of steps that wait for each other, the sum of
   *     each lane's steps, the sum of each node's steps by its slots; each step taking as long as
   *     its task
   */
  record Result(int steps, double seconds, double bound) {
    double ratio() {
      return seconds / bound;
    }
  }

  private final SimulatedCluster cluster =
      SimulatedCluster.builder()
          .seed(1)
          .time(SimulatedTime.following(Instant.parse("2026-11-24T12:00:00Z"), SPEED))
          .nodes(Samples.nodes(NODES))
          .hardware(64, 1L << 40)
          .build();
  private final Limits limits = Limits.defaults();
  private final Surroundings around;

  private Applying(Path state) {
    var proxmox = new InProcess(cluster, SPEED);
    around =
        new Surroundings(
            proxmox,
            Observer.overAsRoot(proxmox),
            new Actor.Human("benchmark"),
            "root@pam",
            RailPolicy.defaults(),
            Window.NONE,
            state,
            "benchmark",
            limits,
            reference -> "",
            new PreflightReader(proxmox, ContainerShell.none(), proxmox)::read,
            ClusterLock.none(),
            Unlocker.none(),
            proxmox);
  }

  static Result run(int containers) throws IOException, InterruptedException {
    return new Applying(Files.createTempDirectory("pivm-applying")).apply(containers);
  }

  private Result apply(int containers) throws InterruptedException {
    var pipeline = new Pipeline(around);
    Planned planned = pipeline.plan(Samples.desired(manifest(containers)), Pipeline.Words.none());
    List<Given> given =
        planned.reviewed().openConfirmations().stream()
            .map(question -> new Given(question, Given.Source.PERSON))
            .toList();
    Planned confirmed = given.isEmpty() ? planned : pipeline.again(planned, given);
    var took = new AtomicReference<Double>();
    try (Application application = Application.begin(around, "benchmark")) {
      RunResult result =
          application.run(
              confirmed,
              false,
              new StopSignal(),
              event -> {
                if (event instanceof Event.RunEnded ended) {
                  took.set(ended.took().toMillis() / 1000.0);
                }
              });
      if (result.count(StepResult.Status.DONE) != confirmed.plan().steps().size()) {
        throw new IllegalStateException("not all was done: " + result.steps());
      }
    }
    return new Result(confirmed.plan().steps().size(), took.get(), bound(confirmed));
  }

  private static String manifest(int containers) {
    var text = new StringBuilder("[");
    for (int i = 0; i < containers; i++) {
      text.append(i == 0 ? "" : ",")
          .append(
              """
              {"type": "lxc", "vmid": %d, "hostname": "ct-%d", "node": "%s",
               "template": "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst",
               "memory": 512, "cores": 1, "storage": "local-lvm:2",
               "net0": "name=eth0,bridge=vmbr0,ip=dhcp", "state": "running"}
              """
                  .formatted(1000 + i, i, String.format(Locale.ROOT, "pve-%02d", 1 + i % NODES)));
    }
    return text.append("]").toString();
  }

  private double bound(Planned planned) {
    Map<String, Double> tasks = taskTimes();
    Map<String, Double> chains = new HashMap<>();
    Map<String, Double> lanes = new HashMap<>();
    Map<String, Double> nodes = new HashMap<>();
    for (Step step : planned.plan().steps()) {
      double takes = tasks.getOrDefault(step.vmid() + " " + type(step.operation()), 0.0);
      double before =
          step.after().stream().mapToDouble(id -> chains.getOrDefault(id, 0.0)).max().orElse(0);
      chains.put(step.id(), before + takes);
      step.lanes().forEach(lane -> lanes.merge(lane, takes, Double::sum));
      nodes.merge(step.node(), takes / limits.perNode(), Double::sum);
    }
    return Math.max(greatest(chains), Math.max(greatest(lanes), greatest(nodes)));
  }

  /** What each kind of task took on average, by guest and kind; the lists know whole seconds. */
  private Map<String, Double> taskTimes() {
    Map<String, Double> sums = new HashMap<>();
    Map<String, Integer> counts = new HashMap<>();
    List<Task> all = cluster.with(state -> List.copyOf(state.tasks().all()));
    for (Task task : all) {
      sums.merge(task.type(), (double) (task.endSeconds() - task.startSeconds()), Double::sum);
      counts.merge(task.type(), 1, Integer::sum);
    }
    Map<String, Double> times = new HashMap<>();
    for (Task task : all) {
      times.put(
          task.id() + " " + task.type(),
          sums.getOrDefault(task.type(), 0.0) / counts.getOrDefault(task.type(), 1));
    }
    return times;
  }

  private static String type(Operation operation) {
    return switch (operation) {
      case Operation.Create _ -> "vzcreate";
      case Operation.Start _ -> "vzstart";
      default -> operation.getClass().getSimpleName();
    };
  }

  private static double greatest(Map<String, Double> sums) {
    return sums.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }
}
