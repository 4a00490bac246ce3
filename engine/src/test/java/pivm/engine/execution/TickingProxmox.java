package pivm.engine.execution;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;
import pivm.proxmox.ApiCall;
import pivm.proxmox.FileUpload;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxErrors;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Time;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.api.SimRequest;
import pivm.simulator.api.SimResponse;

/** A way into a simulated cluster without a network, whose time goes on with each call. */
record TickingProxmox(SimulatedCluster cluster, String token, String secret)
    implements Proxmox, Time {

  private static final Duration CALL = Duration.ofMillis(10);

  @Override
  public Answer answer(ApiCall call) {
    cluster.advance(CALL);
    SimResponse response =
        cluster.handle(
            SimRequest.of(call.method().name(), call.path())
                .with(call.parameters())
                .token(token, secret));
    if (response.outcome() != SimResponse.Outcome.ANSWERED) {
      throw new ProxmoxException.Unreachable(call, "Connection reset", !call.isRead(), null);
    }
    Json.Obj whole =
        response.bodyText().isEmpty()
            ? Json.object().build()
            : JsonText.read(response.bodyText()).asObject();
    if (response.isOk()) {
      return new Answer(whole);
    }
    var errors = new TreeMap<String, String>();
    whole
        .get("errors")
        .asObject()
        .members()
        .forEach((name, text) -> errors.put(name, String.valueOf(text.asText())));
    throw ProxmoxErrors.of(call, response.status(), response.reason(), errors);
  }

  /** A character for a byte, as the simulator takes a file's content. */
  @Override
  public Answer upload(ApiCall call, FileUpload file) {
    try {
      String data = Files.readString(file.file(), StandardCharsets.ISO_8859_1);
      return answer(call.with("filename", file.name()).with("data", data));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
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
