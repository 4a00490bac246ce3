package pivm.engine.testing;

import java.util.List;
import pivm.proxmox.command.CommandRunner;
import pivm.simulator.Simulation;
import pivm.simulator.command.Terminal;

/**
 * The stand-ins of a simulated node's commands, run in this process: a process for each command
 * would take longer than all that is simulated.
 */
public record SimulatedCommands(Simulation simulation) implements CommandRunner {

  @Override
  public Result run(List<String> command) {
    var terminal = new Terminal.Kept();
    int code = simulation.shell().run(command, terminal);
    return new Result(code, terminal.output(), terminal.errors());
  }
}
