package pivm.engine.preflight;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import pivm.proxmox.command.CommandRunner;
import pivm.proxmox.command.NodeShell;

/** Runs a script inside a container, for which Proxmox has no API: only a node's shell can. */
@FunctionalInterface
public interface ContainerShell {

  /**
   * Runs a script by the container's {@code /bin/sh}.
   *
   * @param node where the container runs
   * @return what it printed
   * @throws IOException when it could not be run; the message is a part of a sentence: {@code no
   *     shell on pve-02}
   * @throws InterruptedException when the waiting thread is asked to end
   */
  String run(String node, int vmid, String script) throws IOException, InterruptedException;

  /** No node's shell is at hand. */
  static ContainerShell none() {
    return (node, _, _) -> {
      throw new IOException("no shell on " + node);
    };
  }

  /** By the root shells of the containers' nodes. */
  static ContainerShell over(NodeShell nodes) {
    return (node, vmid, script) -> {
      List<String> command =
          List.of("pct", "exec", Integer.toString(vmid), "--", "/bin/sh", "-c", script);
      NodeShell.Result result =
          nodes.run(node, new NodeShell.Task(command, null, Duration.ofSeconds(30)));
      if (!result.ok()) {
        throw new IOException("pct exec failed: " + result.errors().strip());
      }
      return result.output();
    };
  }

  /**
   * The shell of the node that PIVM runs on.
   *
   * @param local that node's name
   */
  static ContainerShell local(CommandRunner runner, String local) {
    return (node, vmid, script) -> {
      if (!node.equals(local)) {
        throw new IOException("no shell on " + node);
      }
      CommandRunner.Result result =
          runner.run(List.of("pct", "exec", Integer.toString(vmid), "--", "/bin/sh", "-c", script));
      if (result.exitCode() != 0) {
        throw new IOException("pct exec failed: " + result.errors().strip());
      }
      return result.output();
    };
  }
}
