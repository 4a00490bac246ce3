package pivm.simulator.testing;

import java.util.Map;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.api.SimRequest;
import pivm.simulator.api.SimResponse;
import pivm.simulator.json.Doc;

/** A small cluster and short ways to ask it. */
public final class Lab {
  public static final String TOKEN = "root@pam!test";
  public static final String SECRET = "11111111-2222-4333-8444-555555555555";
  public static final String TEMPLATE = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst";

  private final SimulatedCluster cluster;

  public Lab(SimulatedCluster cluster) {
    this.cluster = cluster;
  }

  public static Lab three() {
    return new Lab(SimulatedCluster.builder().token(TOKEN, SECRET).build());
  }

  public SimulatedCluster cluster() {
    return cluster;
  }

  public SimResponse ask(String method, String path, Map<String, ?> parameters) {
    return cluster.handle(SimRequest.of(method, path).with(parameters).token(TOKEN, SECRET));
  }

  public SimResponse ask(String method, String path) {
    return ask(method, path, Map.of());
  }

  /** Asks for a task and waits for its end; the exit status. */
  public String run(String method, String path, Map<String, ?> parameters) {
    var answer = ask(method, path, parameters);
    if (!answer.isOk()) {
      throw new AssertionError(method + " " + path + ": " + answer.reason() + answer.bodyText());
    }
    return cluster.await(String.valueOf(answer.data()));
  }

  public String run(String method, String path) {
    return run(method, path, Map.of());
  }

  /** The data of a read, which has to succeed. */
  public Doc read(String path) {
    var answer = ask("GET", path);
    if (answer.data() instanceof Doc doc && answer.isOk()) {
      return doc;
    }
    throw new AssertionError(path + ": " + answer.reason() + answer.bodyText());
  }
}
