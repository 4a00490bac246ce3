package pivm.engine.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

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
    return true;
  }

  @Override
  default String kind() {
    return "network";
  }

  @Override
  default String subject() {
    return "network of " + node();
  }

  /** Takes what is pending into use, to go back by itself unless it is confirmed in time. */
  record Apply(String node) implements NetworkOperation {
    @Override
    public List<String> commands(String where) {
      return List.of("pvesh set /nodes/" + where + "/network");
    }
  }
}
