package pivm.cli;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.api.SimRequest;
import pivm.simulator.api.SimResponse;

/** Answers no more config reads a second than a real node does on any number of connections. */
final class Paced implements SimulatedCluster.Interceptor {
  private static final Duration EACH = Duration.ofNanos(1_000_000_000 / 1400);

  @Override
  public SimResponse handle(SimRequest request, Function<SimRequest, SimResponse> answer) {
    long end = System.nanoTime() + EACH.toNanos();
    SimResponse response = answer.apply(request);
    LockSupport.parkNanos(end - System.nanoTime());
    return response;
  }
}
