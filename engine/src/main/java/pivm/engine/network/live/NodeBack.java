package pivm.engine.network.live;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.network.WayBack;
import pivm.proxmox.command.NodeShell;

/** The way back on a node, through a root shell there. */
public final class NodeBack {
  private static final Duration SHORT = Duration.ofSeconds(20);
  private static final Duration RELOAD = Duration.ofMinutes(3);

  private final NodeShell shell;

  public NodeBack(NodeShell shell) {
    this.shell = shell;
  }

  /** It did not do what it was asked to; the message says why. */
  public static final class Refused extends Exception {
    Refused(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * Saves the interfaces and starts the time.
   *
   * @throws Refused when it is not in place afterwards; then nothing is left of it
   */
  public WayBack.Status arm(String node, int seconds, String id)
      throws Refused, InterruptedException {
    return WayBack.status(run(node, WayBack.arm(seconds, id), SHORT));
  }

  /**
   * @throws Refused when it can't be asked
   */
  public WayBack.Status status(String node) throws Refused, InterruptedException {
    return WayBack.status(run(node, WayBack.command("status"), SHORT));
  }

  /**
   * The change stays.
   *
   * @throws Refused when it was taken back already, or another one waits
   */
  public void confirm(String node, String id) throws Refused, InterruptedException {
    run(node, WayBack.command("confirm", id), SHORT);
  }

  /**
   * Takes the change back at once; does nothing when none waits.
   *
   * @throws Refused when it can't be done
   */
  public void back(String node) throws Refused, InterruptedException {
    run(node, WayBack.command("now"), RELOAD);
  }

  /**
   * Writes the interfaces of before the last confirmed change as pending.
   *
   * @throws Refused when there are none, or something is pending
   */
  void restage(String node) throws Refused, InterruptedException {
    run(node, WayBack.command("restage"), SHORT);
  }

  /**
   * Takes back what {@link #restage} wrote; anything else that is pending is left.
   *
   * @throws Refused when it can't be done
   */
  void unstage(String node) throws Refused, InterruptedException {
    run(node, WayBack.command("unstage"), SHORT);
  }

  private String run(String node, List<String> command, Duration limit)
      throws Refused, InterruptedException {
    try {
      NodeShell.Result result =
          shell.run(node, new NodeShell.Task(command, WayBack.script(), limit));
      if (!result.ok()) {
        String said = result.errors().isBlank() ? result.output() : result.errors();
        throw new Refused(said.strip().replace("\n", "; "), null);
      }
      return result.output();
    } catch (IOException noShell) {
      throw new Refused(String.valueOf(noShell.getMessage()), noShell);
    }
  }
}
