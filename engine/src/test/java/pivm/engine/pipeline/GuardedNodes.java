package pivm.engine.pipeline;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.command.NodeShell;
import pivm.simulator.SimulatedCluster;
import pivm.simulator.state.Node;

/**
 * Root shells of simulated nodes that know the way back of a network: what its script does with
 * files, units and time, done to the simulated node in simulated time. The script itself is tried
 * elsewhere, for real.
 */
final class GuardedNodes implements NodeShell {
  private final SimulatedCluster cluster;
  private final Map<String, Guard> guards = new TreeMap<>();
  @Nullable String refusal;

  GuardedNodes(SimulatedCluster cluster) {
    this.cluster = cluster;
  }

  /** What is left on one node. */
  static final class Guard {
    String state = "none";
    String id = "";
    String saved = "";
    String previous = "";
    long until;
    int reverts;
  }

  Guard guard(String node) {
    return guards.computeIfAbsent(node, _ -> new Guard());
  }

  @Override
  public boolean reaches(String node) {
    return true;
  }

  @Override
  public Result run(String node, Task task, Consumer<String> lines) throws IOException {
    List<String> words = task.command();
    int at = words.contains("arm") ? words.indexOf("arm") : 3;
    Result[] result = {new Result(0, "", "")};
    boolean[] away = {false};
    cluster.change(c -> {
      away[0] = c.node(node).unreachable() != null;
      if (!away[0]) {
        result[0] = act(c.node(node), words.subList(at, words.size()));
      }
    });
    if (away[0]) {
      throw new IOException("ssh: connect to host " + node + ": No route to host");
    }
    return result[0];
  }

  private Result act(Node node, List<String> words) {
    Guard guard = guard(node.name());
    switch (words.getFirst()) {
      case "arm" -> {
        if (refusal != null) {
          return new Result(1, "", refusal);
        }
        arm(node, guard, Integer.parseInt(words.get(1)), words.get(2));
      }
      case "confirm" -> {
        if (!guard.state.equals("armed") || !guard.id.equals(words.get(1))) {
          return new Result(1, "", "the time is over: the network configuration was put back");
        }
        guard.state = "confirmed";
        guard.previous = guard.saved;
      }
      case "restage" -> {
        if (guard.previous.isEmpty()) {
          return new Result(1, "", "no earlier network configuration is kept here");
        }
        node.network().pending(guard.previous);
      }
      case "unstage" -> node.network().pending(null);
      case "now" -> back(node, guard);
      default -> {}
    }
    return new Result(0, status(guard), "");
  }

  private void arm(Node node, Guard guard, int seconds, String id) {
    guard.state = "armed";
    guard.id = id;
    guard.saved = node.network().file();
    guard.until = cluster.now().getEpochSecond() + seconds;
    after(
        Duration.ofSeconds(seconds),
        () -> {
          if (guard.id.equals(id)) {
            back(node, guard);
          }
        });
  }

  private void back(Node node, Guard guard) {
    if (guard.state.equals("armed")) {
      guard.state = "reverted";
      guard.reverts++;
      node.network().write(guard.saved);
      node.network().reloadError(null);
      node.reloadNetwork();
    }
  }

  /** Something happens later, wherever the manager is by then. */
  void after(Duration delay, Runnable action) {
    cluster.change(c -> c.time().after(delay, action));
  }

  private String status(Guard guard) {
    return guard.state.equals("none")
        ? "state=none\n"
        : "state="
            + guard.state
            + "\nid="
            + guard.id
            + "\nleft="
            + Math.max(0, guard.until - cluster.now().getEpochSecond())
            + "\n";
  }
}
