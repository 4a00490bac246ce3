package pivm.benchmarks;

import java.util.function.Consumer;
import pivm.proxmox.command.NodeShell;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.command.Terminal;

/** Root shells of the nodes of a simulated cluster in this process. */
record InProcessNodes(SimulatedCluster cluster) implements NodeShell {

  @Override
  public boolean reaches(String node) {
    return true;
  }

  @Override
  public Result run(String node, Task task, Consumer<String> lines) {
    var terminal = new Terminal.Kept();
    int code = cluster.shell(node).run(task.command(), terminal);
    terminal.output().lines().forEach(lines);
    return new Result(code, terminal.output(), terminal.errors());
  }
}
