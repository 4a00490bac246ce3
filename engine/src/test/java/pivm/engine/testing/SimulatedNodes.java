package pivm.engine.testing;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.command.NodeShell;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.command.Terminal;

/** Root shells of the nodes of a simulated cluster, in this process. */
public final class SimulatedNodes implements NodeShell {
  private final SimulatedCluster cluster;
  private final Map<String, String> added = new TreeMap<>();
  private BiFunction<String, Task, @Nullable String> fault = (_, _) -> null;

  public SimulatedNodes(SimulatedCluster cluster) {
    this.cluster = cluster;
  }

  /**
   * Lets commands fail.
   *
   * @param other why a command on a node can't be run; null when it can
   */
  public void fault(BiFunction<String, Task, @Nullable String> other) {
    fault = other;
  }

  /** Has the answers of a verb end with more lines. */
  public void adding(String verb, String lines) {
    added.put(verb, lines);
  }

  @Override
  public boolean reaches(String node) {
    return true;
  }

  @Override
  public Result run(String node, Task task, Consumer<String> lines) throws IOException {
    String failure = fault.apply(node, task);
    if (failure != null) {
      throw new IOException(failure);
    }
    boolean[] away = {false};
    cluster.change(
        state -> away[0] = !state.node(node).isOnline() || state.node(node).unreachable() != null);
    if (away[0]) {
      throw new IOException("ssh: connect to host " + node + " port 22: No route to host");
    }
    var terminal = new Terminal.Kept();
    int code = cluster.shell(node).run(task.command(), terminal);
    terminal.output().lines().forEach(lines);
    var output = new StringBuilder(terminal.output());
    task.command().forEach(word -> output.append(added.getOrDefault(word, "")));
    return new Result(code, output.toString(), terminal.errors());
  }
}
