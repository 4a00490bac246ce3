package pivm.simulator.command;

import java.util.List;
import java.util.Map;
import pivm.simulator.api.HaApi;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.ContainerSystem;
import pivm.simulator.state.NetworkBack;
import pivm.simulator.state.Node;
import pivm.simulator.state.NodeNetwork;

/**
 * {@code sh} on a node. There is no shell on a simulated node: a script is known by its name and
 * words, and answered as it would on a real one.
 */
final class NodeScripts {
  private static final int NOT_FOUND = 127;

  private final Caller caller;

  NodeScripts(Caller caller) {
    this.caller = caller;
  }

  /**
   * Runs it.
   *
   * @param words after {@code sh}
   */
  int run(List<String> words, Terminal terminal) {
    // Only PIVM's own way of giving a script its words by standard input.
    boolean given = words.size() > 2 && words.subList(0, 2).equals(List.of("-s", "--"));
    if (!given && (words.size() < 4 || !words.getFirst().equals("-c"))) {
      return unknown(terminal);
    }
    List<String> verb = words.subList(given ? 2 : 3, words.size());
    return caller.with(cluster -> {
      Node node = cluster.node(caller.node());
      return switch (given ? "pivm-network" : words.get(2)) {
        case "pivm-patch" ->
            ContainerScripts.patch(
                new ContainerScripts.Machine(cluster, node.system(), node.bootedMillis()),
                verb,
                terminal);
        case "pivm-host" -> host(cluster, node, verb, terminal);
        case "pivm-network" -> network(cluster, node, verb, terminal);
        default -> unknown(terminal);
      };
    });
  }

  private static int unknown(Terminal terminal) {
    terminal.err("sh: there is no shell on a simulated node\n");
    return NOT_FOUND;
  }

  private static int network(Cluster cluster, Node node, List<String> words, Terminal terminal) {
    NodeNetwork network = node.network();
    NetworkBack back = network.back();
    try {
      switch (words.getFirst()) {
        case "arm" -> back.arm(cluster.time(), node, Integer.parseInt(words.get(1)), words.get(2));
        case "confirm" -> back.confirm(words.get(1));
        case "now" -> back.now(node);
        case "restage" -> back.restage(network);
        case "unstage" -> back.unstage(network);
        case "status" -> {}
        case "pending" -> {
          String changes = network.changes(cluster.time().millis());
          terminal.out(changes == null ? "" : changes);
          return 0;
        }
        // The router answers.
        case "outside" -> {
          return 0;
        }
        default -> {
          return 64;
        }
      }
    } catch (ApiError refused) {
      terminal.err(refused.text() + "\n");
      return 1;
    }
    terminal.out(back.status(cluster.time()));
    return 0;
  }

  private static int host(Cluster cluster, Node node, List<String> words, Terminal terminal) {
    switch (words.getFirst()) {
      case "facts", "look" -> {
        state(cluster, node, terminal);
        facts(node, terminal);
      }
      case "state" -> state(cluster, node, terminal);
      case "archive" ->
          terminal.out("kept " + words.get(1) + "/" + words.get(2) + "/etc.tar.gz 12345\n");
      case "maintenance" -> HaApi.maintenance(cluster, words.get(2), words.get(1).equals("enable"));
      case "check" -> {
        terminal.out(node.system().isHealthy() ? "health 0 \n" : "health 1 not well\n");
        return node.system().isHealthy() ? 0 : 1;
      }
      case "refresh", "onboot", "offboot" -> {}
      default -> {
        return 64;
      }
    }
    return 0;
  }

  private static void state(Cluster cluster, Node node, Terminal terminal) {
    terminal.out(
        "boot "
            + node.name()
            + "-"
            + node.boots()
            + "\nuptime "
            + node.uptime(cluster.time().millis())
            + "\nkernel 6.17.2-1-pve\n");
  }

  private static void facts(Node node, Terminal terminal) {
    ContainerSystem system = node.system();
    terminal.out("free-root 20000000\n");
    system.services().forEach(name -> terminal.out("service " + name + "\n"));
    for (Map.Entry<String, String> one : system.newer().entrySet()) {
      terminal.out(
          "upgrade "
              + one.getKey()
              + " "
              + system.packages().get(one.getKey())
              + " "
              + one.getValue()
              + (system.fixes().contains(one.getKey()) ? " security" : " other")
              + "\n");
    }
    if (node.network().pending() != null) {
      terminal.out("pending network\n");
    }
    if (system.trouble() == ContainerSystem.Trouble.BROKEN) {
      terminal.out("unfinished dpkg\n");
    }
    if (system.trouble() == ContainerSystem.Trouble.REMOVES) {
      terminal.out("remove proxmox-ve\n");
    }
    terminal.out("end\n");
  }
}
