package pivm.cli;

import java.util.List;
import pivm.engine.network.WayBack;
import pivm.engine.network.live.NodeBack;
import pivm.proxmox.command.NodeShell;
import pivm.proxmox.json.Json;

/** {@code pivm network confirm} and {@code pivm network rollback}. */
final class NetworkSettleCommand implements Command {
  private final boolean keep;

  /**
   * @param keep whether the change is kept; else it is taken back at once
   */
  NetworkSettleCommand(boolean keep) {
    this.keep = keep;
  }

  @Override
  public void declare(Options options) {
    options.parameters("NODE", 1, 1, "the node whose network waits to be confirmed").connection();
  }

  @Override
  public Exit run(Call call) throws InterruptedException {
    String node = call.parsed().parameters().getFirst();
    try (Connection connection = Connection.open(call)) {
      NodeShell shell = NetworkParts.shell(connection);
      if (!shell.reaches(node)) {
        throw new Failure(
            Exit.NOT_PERMITTED,
            List.of(
                "There is no root shell on " + node + " from here, which this takes.",
                "Run it as root on a node of the cluster: pivm network "
                    + (keep ? "confirm " : "rollback ")
                    + node),
            null);
      }
      NetworkParts parts = NetworkParts.of(call, connection, shell);
      return settle(call, node, parts);
    }
  }

  private Exit settle(Call call, String node, NetworkParts parts) throws InterruptedException {
    try {
      WayBack.Status status = parts.back().status(node);
      String id = status.id();
      if (status.state() != WayBack.State.ARMED || id == null) {
        return told(call, node, status, over(node, status), Exit.FAILED);
      }
      return keep ? confirm(call, node, id, parts) : rollBack(call, node, parts);
    } catch (NodeBack.Refused refused) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              "The network of "
                  + node
                  + " could not be "
                  + (keep ? "kept: " : "taken back: ")
                  + refused.getMessage()
                  + ".",
              "Look at the node itself: cat /etc/network/interfaces"),
          refused);
    }
  }

  private static Exit confirm(Call call, String node, String id, NetworkParts parts)
      throws NodeBack.Refused, InterruptedException {
    String problem = parts.reach().problem(node);
    if (problem != null) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              "The network of "
                  + node
                  + " was not confirmed: the node can't be reached over a new connection: "
                  + problem
                  + ".",
              "It goes back by itself when the time is over."),
          null);
    }
    parts.back().confirm(node, id);
    parts.store().forget(node);
    WayBack.Status now = parts.back().status(node);
    return told(call, node, now, "The network of " + node + " is kept.", Exit.DONE);
  }

  private static Exit rollBack(Call call, String node, NetworkParts parts)
      throws NodeBack.Refused, InterruptedException {
    parts.back().back(node);
    parts.store().forget(node);
    WayBack.Status now = parts.back().status(node);
    return told(
        call,
        node,
        now,
        "The network of " + node + " is as it was before the change.",
        now.state() == WayBack.State.REVERTED ? Exit.DONE : Exit.FAILED);
  }

  private String over(String node, WayBack.Status status) {
    return switch (status.state()) {
      case REVERTED -> "Nothing waits on " + node + ": the last change went back already.";
      case REVERTING -> "Too late: the network of " + node + " is going back right now.";
      case CONFIRMED ->
          "Nothing waits on "
              + node
              + ": the last change was confirmed already."
              + (keep
                  ? ""
                  : " The file of before is kept there:"
                      + " /var/lib/pivm/network-back/previous. To return to it, declare what it"
                      + " says and run pivm network apply.");
      case NONE, ARMED -> "No network change waits on " + node + ".";
    };
  }

  private static Exit told(
      Call call, String node, WayBack.Status status, String sentence, Exit exit) {
    if (call.output().json()) {
      call.output()
          .json(
              Json.object()
                  .put("node", node)
                  .put("state", status.state().word())
                  .putIfPresent("change", status.id())
                  .build());
    } else {
      call.output().line(sentence);
    }
    return exit;
  }
}
