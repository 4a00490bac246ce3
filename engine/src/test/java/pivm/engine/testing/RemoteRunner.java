package pivm.engine.testing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import pivm.proxmox.command.CommandRunner;

/**
 * Runs commands on a node that is reached by another command.
 *
 * @param prefix what stands before each command; nothing on the node itself
 */
public record RemoteRunner(List<String> prefix) implements CommandRunner {

  /**
   * A runner as a variable of the environment names it.
   *
   * @param shell {@code local}, or words to put before each command
   */
  public static CommandRunner of(String shell) {
    return new RemoteRunner(
        shell.strip().equals("local") ? List.of() : List.of(shell.strip().split("\\s+")));
  }

  @Override
  public Result run(List<String> command) throws IOException, InterruptedException {
    List<String> whole = new ArrayList<>(prefix);
    whole.addAll(command);
    return CommandRunner.local(null).run(whole);
  }
}
