package pivm.engine.hostupdate;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.WorkEnd;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;

/** Restarts a node and waits until it is back, in quorum and well. */
final class Restarting {
  static final String BOOT = "restarting from boot ";

  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** A node that was told to restart says so after two seconds (pve-manager, API2/Nodes.pm). */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final OnNode node;
  private final List<String> healthChecks;
  private final int minutes;

  /**
   * A restart.
   *
   * @param healthChecks commands on the node that end with 0 when it is well
   * @param minutes that it may take
   */
  Restarting(OnNode node, List<String> healthChecks, int minutes) {
    this.node = node;
    this.healthChecks = List.copyOf(healthChecks);
    this.minutes = minutes;
  }

  /**
   * Restarts it.
   *
   * @param goOn the command that goes on when this program's own node has started again; null on
   *     others
   * @param record hears how it was, before it is restarted
   */
  WorkEnd run(@Nullable String goOn, Consumer<HostFacts> record)
      throws IOException, InterruptedException {
    HostFacts before = node.look();
    if (goOn != null) {
      node.once(LIMIT, "onboot", goOn);
    }
    record.accept(before);
    node.context().mark(BOOT + before.boot());
    try {
      node.task(ApiCall.post("/nodes/" + node.name() + "/status").with("command", "reboot"));
    } catch (ProxmoxException.Unreachable | ProxmoxException.NodeUnreachable lost) {
      // It may be going down already; what its next boot is will tell.
      node.context().log(String.valueOf(lost.getMessage()));
    }
    return back(before.boot(), before.failed());
  }

  /** Whether the node has left that boot, or is about to. */
  boolean goesDown(String boot) throws InterruptedException {
    Instant until = node.context().now().plus(GRACE);
    while (true) {
      try {
        HostFacts now = node.state();
        if (!now.boot().equals(boot) || now.stopping()) {
          return true;
        }
      } catch (IOException silent) {
        return true;
      }
      if (!node.context().now().isBefore(until)) {
        return false;
      }
      node.context().pause(PAUSE);
    }
  }

  /** Waits for the node's next start. */
  WorkEnd back(String boot, List<String> failedBefore) throws InterruptedException {
    Instant deadline = node.context().now().plus(Duration.ofMinutes(minutes));
    while (true) {
      String problem = unwell(boot, failedBefore);
      if (problem == null) {
        return WorkEnd.done(node.name() + " is back, in quorum and well");
      }
      if (!node.context().now().isBefore(deadline)) {
        return WorkEnd.failed(
            node.name()
                + " was restarted, and "
                + problem
                + " within "
                + minutes
                + " minutes; the other nodes are left as they are. When it is well, to bring its"
                + " guests back: pivm update hosts --continue");
      }
      node.context().waiting(node.name() + ": " + problem);
      node.context().pause(PAUSE);
    }
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
      for (String check : healthChecks) {
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
