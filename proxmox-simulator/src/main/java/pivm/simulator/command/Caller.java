package pivm.simulator.command;

import java.util.Map;
import java.util.function.Function;
import pivm.simulator.api.SimRequest;
import pivm.simulator.api.SimResponse;
import pivm.simulator.json.Doc;
import pivm.simulator.state.Cluster;

/** Asks the cluster as root does on a node, and waits for tasks while their lines run by. */
public abstract class Caller {
  private static final String UPID = "UPID:";

  private final String node;

  protected Caller(String node) {
    this.node = node;
  }

  /** The node on which the commands run. */
  String node() {
    return node;
  }

  /** Asks the cluster. */
  protected abstract SimResponse handle(SimRequest request);

  /** Looks at, or changes, the cluster's state while nothing else does. */
  protected abstract <T> T with(Function<Cluster, T> action);

  /** The same on another node. */
  protected abstract Caller on(String other);

  /** Lets time pass until something new may have happened. */
  protected abstract void pause();

  SimResponse ask(String method, String path, Map<String, ?> parameters) {
    return handle(SimRequest.of(method, path).with(parameters).root().to(node));
  }

  static boolean isTask(SimResponse answer) {
    return answer.isOk() && answer.data() instanceof String text && text.startsWith(UPID);
  }

  /**
   * Waits for a task and writes its lines.
   *
   * @return the exit status
   */
  String follow(String upid, Terminal terminal) {
    String path = "/nodes/" + upid.split(":")[1] + "/tasks/" + upid;
    int shown = 0;
    while (true) {
      var status = ask("GET", path + "/status", Map.of());
      shown = lines(path, shown, terminal);
      if (status.data() instanceof Doc doc && "stopped".equals(doc.text("status"))) {
        var exit = doc.text("exitstatus");
        return exit == null ? "unexpected status" : exit;
      }
      pause();
    }
  }

  private int lines(String path, int from, Terminal terminal) {
    var log = ask("GET", path + "/log", Map.of("start", from, "limit", 0));
    int shown = from;
    if (log.data() instanceof Iterable<?> lines) {
      for (var line : lines) {
        String text = line instanceof Doc doc ? String.valueOf(doc.get("t")) : "";
        if (!text.startsWith("TASK ")) {
          terminal.out(text + "\n");
        }
        shown++;
      }
    }
    return shown;
  }
}
