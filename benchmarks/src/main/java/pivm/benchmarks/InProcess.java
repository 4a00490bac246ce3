package pivm.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxErrors;
import pivm.proxmox.Time;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.api.SimRequest;
import pivm.simulator.api.SimResponse;

/**
 * A simulated cluster in this process, whose clock runs faster than the machine's.
 *
 * @param speed simulated seconds in a real one
 */
record InProcess(SimulatedCluster cluster, int speed) implements Proxmox, Time {

  @Override
  public Answer answer(ApiCall call) {
    SimResponse response =
        cluster.handle(
            SimRequest.of(call.method().name(), call.path()).with(call.parameters()).root());
    Json.Obj body =
        (response.bodyText().isEmpty() ? Json.Null.NULL : JsonText.read(response.bodyText()))
            .asObject();
    if (response.status() != 200) {
      throw ProxmoxErrors.of(call, response.status(), response.reason(), new TreeMap<>());
    }
    return new Answer(body);
  }

  @Override
  public Instant now() {
    return cluster.now();
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    Thread.sleep(duration.dividedBy(speed));
  }

  @Override
  public void close() {}
}
