package pivm.engine.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is done to a node itself when it is brought up to date. */
public sealed interface HostOperation extends Work {

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
    return true;
  }

  @Override
  default String kind() {
    return "hosts";
  }

  @Override
  default String subject() {
    return "node " + node();
  }

  /** Restarts the node and waits until it is back. */
  record Reboot(String node) implements HostOperation {
    @Override
    public List<String> commands(String where) {
      return List.of("pvesh create /nodes/" + where + "/status --command reboot");
    }
  }
}
