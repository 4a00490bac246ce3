package pivm.engine.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/** What is done inside a container to bring it up to date. */
public sealed interface PatchOperation extends Work {

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
    return "containers";
  }

  @Override
  default String subject() {
    return GuestType.LXC.manifestName() + " " + vmid();
  }

  /** Upgrades the packages by the container's own package manager. */
  record Upgrade(int vmid) implements PatchOperation {
    @Override
    public List<String> commands(String node) {
      return List.of("pct exec " + vmid + " -- sh -c 'apt-get update && apt-get -y upgrade'");
    }
  }
}
