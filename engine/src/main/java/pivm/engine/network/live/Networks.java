package pivm.engine.network.live;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.network.NodeNetwork;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.command.NodeShell;

/** Reads nodes' networks, with what is pending. */
public final class Networks {
  private static final String DIFF =
      """
      cd /etc/network && [ -e interfaces.new ] || exit 0
      diff -b -N -u /etc/network/interfaces /etc/network/interfaces.new
      [ $? -lt 2 ]
      """;

  private final Proxmox proxmox;
  private final NodeShell shell;
  private final boolean byShell;

  /**
   * @param byShell whether what is pending has to be asked of a shell: the commands of a node tell
   *     only a call's data, and what is pending stands beside it
   */
  public Networks(Proxmox proxmox, NodeShell shell, boolean byShell) {
    this.proxmox = proxmox;
    this.shell = shell;
    this.byShell = byShell;
  }

  Proxmox proxmox() {
    return proxmox;
  }

  static String path(String node) {
    return "/nodes/" + node + "/network";
  }

  /**
   * A node's network.
   *
   * @throws ProxmoxException when it can't be read
   */
  NodeNetwork read(String node) throws InterruptedException {
    Proxmox.Answer answer = proxmox.answer(ApiCall.get(path(node)));
    return byShell ? NodeNetwork.of(answer.data(), diff(node)) : NodeNetwork.of(answer);
  }

  private @Nullable String diff(String node) throws InterruptedException {
    ApiCall call = ApiCall.get(path(node));
    List<String> command = List.of("sh", "-s", "--", "pending");
    try {
      NodeShell.Result result =
          shell.run(node, new NodeShell.Task(command, DIFF, Duration.ofSeconds(15)));
      if (!result.ok()) {
        throw unreadable(call, node, result.errors().strip());
      }
      return result.output().isEmpty() ? null : result.output();
    } catch (IOException noShell) {
      throw unreadable(call, node, String.valueOf(noShell.getMessage()));
    }
  }

  private static ProxmoxException unreadable(ApiCall call, String node, String why) {
    return new ProxmoxException.NodeUnreachable(
        call, "what is pending on " + node + " can't be read: " + why, false);
  }

  /** Takes back all that is pending. */
  void revert(String node) {
    proxmox.call(ApiCall.delete(path(node)));
  }
}
