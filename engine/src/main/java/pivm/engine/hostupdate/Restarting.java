package pivm.engine.hostupdate;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.WorkEnd;
import pivm.engine.plan.HostOperation;
import pivm.proxmox.ApiCall;

/** Restarts a node and waits until it is back, in quorum and well. */
final class Restarting {
  static final String BOOT = "restarting from boot ";

  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final OnNode node;
  private final HostOperation.Reboot reboot;
  private final @Nullable String goOn;

  /**
   * A restart.
   *
   * @param goOn the command that goes on when this program's own node has started again; null on
   *     others
   */
  Restarting(OnNode node, HostOperation.Reboot reboot, @Nullable String goOn) {
    this.node = node;
    this.reboot = reboot;
    this.goOn = goOn;
  }

  WorkEnd run() throws IOException, InterruptedException {
    HostFacts before = node.facts();
    if (goOn != null) {
      node.once(LIMIT, "onboot", goOn);
    }
    node.context().mark(BOOT + before.boot());
    node.task(ApiCall.post("/nodes/" + node.name() + "/status").with("command", "reboot"));
    return back(before.boot(), before.failed());
  }

  /** Waits for the node's next start. */
  WorkEnd back(String boot, List<String> failedBefore) throws InterruptedException {
    Instant deadline = node.context().now().plus(Duration.ofMinutes(reboot.timeout()));
    String problem = "it did not start again";
    while (node.context().now().isBefore(deadline)) {
      node.context().pause(PAUSE);
      problem = unwell(boot, failedBefore);
      if (problem == null) {
        return WorkEnd.done(node.name() + " is back, in quorum and well");
      }
      node.context().waiting(node.name() + ": " + problem);
    }
    return WorkEnd.failed(
        node.name()
            + " was restarted, and "
            + problem
            + " within "
            + reboot.timeout()
            + " minutes; the other nodes are left as they are");
  }

  /** Why the node is not back yet; null when it is. */
  private @Nullable String unwell(String boot, List<String> failedBefore)
      throws InterruptedException {
    try {
      HostFacts now = node.state();
      if (now.boot().equals(boot)) {
        return "it did not start again";
      }
      if (!node.inQuorum()) {
        return "it is not in quorum";
      }
      List<String> failed =
          now.failed().stream().filter(unit -> !failedBefore.contains(unit)).toList();
      if (!failed.isEmpty()) {
        return "these services failed: " + String.join(", ", failed);
      }
      for (String check : reboot.healthChecks()) {
        try {
          node.once(LIMIT, "check", check);
        } catch (IOException sick) {
          return "its health check fails (" + sick.getMessage() + ")";
        }
      }
      return null;
    } catch (IOException silent) {
      return "it does not answer (" + silent.getMessage() + ")";
    }
  }
}
