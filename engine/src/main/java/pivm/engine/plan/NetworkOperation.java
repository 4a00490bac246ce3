package pivm.engine.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.command.NodeCommand;

/** What is done to the network of a node. */
public sealed interface NetworkOperation extends Work {

  String node();

  @Override
  default int vmid() {
    return 0;
  }

  @Override
  default @Nullable String consent() {
    return null;
  }

  @Override
  default boolean needsShell() {
    return false;
  }

  @Override
  default String kind() {
    return "network";
  }

  @Override
  default String subject() {
    return "network of " + node();
  }

  /**
   * Writes interfaces as pending: nothing of it is in use yet.
   *
   * @param calls in the order in which Proxmox takes them; none to take back what PIVM wrote
   *     earlier
   * @param basis fingerprint of the interfaces that the calls rest on
   */
  record Stage(String node, List<ApiCall> calls, String basis) implements NetworkOperation {
    public Stage {
      calls = List.copyOf(calls);
    }

    @Override
    public List<String> commands(String where) {
      return calls.isEmpty()
          ? List.of("pvesh delete /nodes/" + where + "/network")
          : calls.stream().map(call -> NodeCommand.of(call).printable()).toList();
    }
  }

  /**
   * Writes the interfaces as they were before the last confirmed change as pending.
   *
   * @param basis fingerprint of the interfaces as the plan saw them
   */
  record Restage(String node, String basis) implements NetworkOperation {
    @Override
    public boolean needsShell() {
      return true;
    }

    @Override
    public List<String> commands(String where) {
      return List.of(
          "cp /var/lib/pivm/network-back/previous /etc/network/interfaces.new   # on " + where);
    }
  }

  /**
   * Takes what is pending into use, to go back by itself unless it is confirmed in time.
   *
   * @param seconds that there are to confirm it
   * @param keep whether it is confirmed as soon as the node answers over a new connection; else a
   *     person does that
   */
  record Apply(String node, int seconds, boolean keep) implements NetworkOperation {
    @Override
    public boolean needsShell() {
      return true;
    }

    @Override
    public List<String> commands(String where) {
      return List.of("pvesh set /nodes/" + where + "/network");
    }
  }

  /**
   * Writes name servers or the hosts file, in use at once.
   *
   * @param what {@code dns} or {@code hosts}
   */
  record Write(String node, String what, ApiCall call) implements NetworkOperation {
    @Override
    public String subject() {
      return what + " of " + node();
    }

    @Override
    public List<String> commands(String where) {
      return List.of(NodeCommand.of(call).printable());
    }
  }
}
