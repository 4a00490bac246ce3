package pivm.engine.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import pivm.engine.testing.SimulatedProxmox;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;

/** The cluster's lists as pvestatd leaves them: made every ten seconds, old in between. */
final class LateStatistics implements Proxmox {
  private static final Duration EVERY = Duration.ofSeconds(10);

  private record Sample(Instant at, Answer answer) {}

  private final SimulatedProxmox cluster;
  private final Map<ApiCall, Sample> samples = new HashMap<>();

  LateStatistics(SimulatedProxmox cluster) {
    this.cluster = cluster;
  }

  @Override
  public synchronized Answer answer(ApiCall call) {
    if (!call.path().equals("/cluster/resources")) {
      return cluster.answer(call);
    }
    Sample sample = samples.get(call);
    if (sample == null || !cluster.now().isBefore(sample.at().plus(EVERY))) {
      sample = new Sample(cluster.now(), cluster.answer(call));
      samples.put(call, sample);
    }
    return sample.answer();
  }

  @Override
  public void close() {}
}
