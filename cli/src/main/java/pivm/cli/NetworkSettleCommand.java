package pivm.cli;

import java.util.List;
import java.util.TreeSet;
import pivm.engine.inventory.Inventory;
import pivm.engine.manifest.Desired;
import pivm.engine.network.WayBack;
import pivm.engine.network.live.NodeBack;
import pivm.engine.plan.Plan;
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
    options.parameters("NODE", 1, 1, "the node whose network waits to be confirmed");
    if (keep) {
      options.connection();
      return;
    }
    options
        .flag(
            "--confirm-when-reachable",
            "after a confirmed change: keep the earlier network as soon as the node answers")
        .value("--seconds", "N", "after a confirmed change: how long there is to confirm this one");
    ApplyFlow.declare(options);
  }

  @Override
  public Exit run(Call call) throws InterruptedException {
    String node = call.parsed().parameters().getFirst();
    try (Workplace work = Workplace.open(call)) {
      if (!NetworkParts.shell(work.connection()).reaches(node)) {
        throw new Failure(
            Exit.NOT_PERMITTED,
            List.of(
                "There is no root shell on " + node + " from here, which this takes.",
                "Run it as root on a node of the cluster: pivm network "
                    + (keep ? "confirm " : "rollback ")
                    + node),
            null);
      }
      WayBack.Status status = status(node, work.networks());
      return !keep && status.state() == WayBack.State.CONFIRMED
          ? goBackTo(call, work, node)
          : settle(call, node, status, work.networks());
    }
  }

  /** A confirmed change is undone by a change of its own, with its own way back. */
  private static Exit goBackTo(Call call, Workplace work, String node) throws InterruptedException {
    var nothing = new Desired(List.of());
    var flow =
        new ApplyFlow(
            call,
            work,
            () ->
                work.plan(
                    nothing,
                    new TreeSet<>(),
                    (inventory, _) -> returning(call, work, node, inventory)));
    Exit exit = flow.apply(null);
    if (exit == Exit.DONE && !call.output().json()) {
      call.say(
          "The manifest still says otherwise: pivm network apply would bring the later network"
              + " about again. Change "
              + NetworkManifest.FILE
              + " first.");
    }
    return exit;
  }

  private static Plan returning(Call call, Workplace work, String node, Inventory inventory) {
    try {
      return work.returning(call, node, inventory);
    } catch (NodeBack.Refused none) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              "The network of " + node + " can't be taken back: " + none.getMessage() + ".",
              "Nothing was changed."),
          none);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new Failure(Exit.FAILED, List.of("Interrupted. Nothing was changed."), interrupted);
    }
  }

  private WayBack.Status status(String node, NetworkParts parts) throws InterruptedException {
    try {
      return parts.back().status(node);
    } catch (NodeBack.Refused refused) {
      throw failed(node, refused);
    }
  }

  private Exit settle(Call call, String node, WayBack.Status status, NetworkParts parts)
      throws InterruptedException {
    try {
      String id = status.id();
      if (status.state() != WayBack.State.ARMED || id == null) {
        return told(call, node, status, over(node, status), Exit.FAILED);
      }
      return keep ? confirm(call, node, id, parts) : rollBack(call, node, parts);
    } catch (NodeBack.Refused refused) {
      throw failed(node, refused);
    }
  }

  private Failure failed(String node, NodeBack.Refused refused) {
    return new Failure(
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

  private static String over(String node, WayBack.Status status) {
    return switch (status.state()) {
      case REVERTED -> "Nothing waits on " + node + ": the last change went back already.";
      case REVERTING -> "Too late: the network of " + node + " is going back right now.";
      case CONFIRMED -> "Nothing waits on " + node + ": the last change was confirmed already.";
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
