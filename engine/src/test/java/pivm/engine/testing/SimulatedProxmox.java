package pivm.engine.testing;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxErrors;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Time;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.api.SimRequest;
import pivm.simulator.api.SimResponse;

/** A simulated cluster in this process and in simulated time, seen through a token. */
public final class SimulatedProxmox implements Proxmox, Time {
  private final SimulatedCluster cluster;
  private final @Nullable String token;

  /**
   * @param token {@code USER@REALM!NAME=SECRET}; null for root's shell
   */
  public SimulatedProxmox(SimulatedCluster cluster, @Nullable String token) {
    this.cluster = cluster;
    this.token = token;
  }

  public SimulatedCluster cluster() {
    return cluster;
  }

  @Override
  public Answer answer(ApiCall call) {
    SimRequest request = SimRequest.of(call.method().name(), call.path()).with(call.parameters());
    int equals = token == null ? -1 : token.lastIndexOf('=');
    request =
        token == null
            ? request.root()
            : request.token(token.substring(0, equals), token.substring(equals + 1));
    SimResponse response = cluster.handle(request);
    return switch (response.outcome()) {
      case ANSWERED -> answered(call, response);
      case LOST_BEFORE_EFFECT ->
          throw new ProxmoxException.Unreachable(call, "connection reset", !call.isRead(), null);
      case LOST_AFTER_EFFECT ->
          throw new ProxmoxException.Unreachable(call, "connection reset", !call.isRead(), null);
    };
  }

  private static Answer answered(ApiCall call, SimResponse response) {
    Json.Obj body =
        response.bodyText().isEmpty()
            ? Json.object().build()
            : JsonText.read(response.bodyText()).asObject();
    if (response.status() == 200) {
      return new Answer(body);
    }
    Map<String, String> errors = new TreeMap<>();
    body.get("errors")
        .asObject()
        .members()
        .forEach((name, text) -> errors.put(name, String.valueOf(text.asText())));
    throw ProxmoxErrors.of(call, response.status(), response.reason(), errors);
  }

  @Override
  public Instant now() {
    return cluster.now();
  }

  @Override
  public void sleep(Duration duration) {
    cluster.advance(duration);
  }

  @Override
  public void close() {}
}
