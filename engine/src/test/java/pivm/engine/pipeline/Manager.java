package pivm.engine.pipeline;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.ClusterLock;
import pivm.engine.execution.EventListener;
import pivm.engine.execution.Limits;
import pivm.engine.execution.RunResult;
import pivm.engine.execution.StopSignal;
import pivm.engine.execution.Unlocker;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.ManifestReader;
import pivm.engine.observation.Observer;
import pivm.engine.preflight.ContainerShell;
import pivm.engine.preflight.PreflightReader;
import pivm.engine.rails.Actor;
import pivm.engine.rails.Given;
import pivm.engine.rails.RailPolicy;
import pivm.engine.rails.Window;
import pivm.engine.testing.SimulatedProxmox;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.state.SimulatedTime;

/** A person with PIVM in front of a simulated cluster. */
public final class Manager {
  public static final String TOKEN = "root@pam!pivm=secret";

  public final SimulatedProxmox proxmox;
  final Surroundings around;
  final Pipeline pipeline;

  public Manager(SimulatedCluster cluster, Path state) {
    this(cluster, state, proxmox -> proxmox);
  }

  /**
   * @param way what stands between the person and the cluster
   */
  public Manager(SimulatedCluster cluster, Path state, Function<SimulatedProxmox, Proxmox> way) {
    this(cluster, state, way, TOKEN);
  }

  /**
   * @param token {@code USER@REALM!NAME=SECRET}
   */
  Manager(
      SimulatedCluster cluster, Path state, Function<SimulatedProxmox, Proxmox> way, String token) {
    this.proxmox = new SimulatedProxmox(cluster, token);
    Proxmox seen = way.apply(proxmox);
    this.around =
        new Surroundings(
            seen,
            Observer.over(seen),
            new Actor.Human("tester"),
            token.substring(0, token.indexOf('=')),
            RailPolicy.defaults(),
            Window.NONE,
            state,
            "test",
            Limits.defaults().withParallelism(1, 1),
            reference -> "secret of " + reference,
            new PreflightReader(proxmox, ContainerShell.none(), proxmox)::read,
            ClusterLock.none(),
            Unlocker.none(),
            proxmox);
    this.pipeline = new Pipeline(around);
  }

  public static SimulatedCluster.Builder cluster() {
    return SimulatedCluster.builder()
        .seed(1)
        .time(SimulatedTime.manual(Instant.parse("2026-11-24T12:00:00Z")))
        .nodes("pve-01", "pve-02")
        .hardware(16, 64L << 30)
        .token("root@pam!pivm", "secret");
  }

  static Desired read(String manifest) {
    ManifestReader.Result read = ManifestReader.read("guests.json", manifest);
    if (read.hasErrors()) {
      throw new AssertionError("the test's manifest is wrong: " + read.findings());
    }
    return read.desired();
  }

  public Planned plan(String manifest) throws InterruptedException {
    return pipeline.plan(read(manifest), Pipeline.Words.none());
  }

  /** Applies as a person who confirms everything that is asked. */
  public RunResult apply(String manifest) throws InterruptedException {
    return run(plan(manifest));
  }

  public RunResult run(Planned planned) throws InterruptedException {
    return run(pipeline, around, planned);
  }

  static RunResult run(Pipeline pipeline, Surroundings around, Planned planned)
      throws InterruptedException {
    List<Given> given = new ArrayList<>();
    planned
        .reviewed()
        .openConfirmations()
        .forEach(question -> given.add(new Given(question, Given.Source.PERSON)));
    Planned confirmed = given.isEmpty() ? planned : pipeline.again(planned, given);
    try (Application application = Application.begin(around, "test")) {
      return application.run(confirmed, false, new StopSignal(), EventListener.none());
    }
  }

  public @Nullable String config(String path, String key) {
    return proxmox.call(ApiCall.get(path + "/config")).asObject().text(key);
  }
}
