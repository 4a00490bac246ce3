package pivm.engine.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/** What is done inside a container to bring it up to date. */
public sealed interface PatchOperation extends Work {

  /**
   * How a container is treated.
   *
   * @param healthCheck a command in it that ends with 0 when it is well; null for none
   * @param rollback whether it goes back to the snapshot that this very run took, when it fails
   * @param unprotected whether it may be patched where nothing can protect it
   * @param lockWait seconds that a locked package manager is waited for
   * @param timeout minutes that its upgrade may take
   */
  record Terms(
      @Nullable String healthCheck,
      boolean rollback,
      boolean unprotected,
      int lockWait,
      int timeout) {}

  Terms terms();

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

  /**
   * Upgrades the packages by the container's own package manager.
   *
   * @param manager that it has: {@code apt}
   * @param starts whether it is at rest: then it is started before and shut down again after
   */
  record Upgrade(int vmid, String manager, boolean starts, Terms terms) implements PatchOperation {
    @Override
    public @Nullable String consent() {
      return terms.rollback() ? "the patching manifest says rollback_on_failure: true" : null;
    }

    @Override
    public List<String> commands(String node) {
      return List.of("pct exec " + vmid + " -- sh -c '" + line(manager) + "'");
    }

    private static String line(String manager) {
      return switch (manager) {
        case "apk" -> "apk update && apk upgrade";
        case "dnf", "yum" -> manager + " -y upgrade";
        case "pacman" -> "pacman -Syu --noconfirm";
        case "zypper" -> "zypper --non-interactive update";
        default -> "apt-get update && apt-get -y upgrade";
      };
    }
  }

  /** Restarts the container if its upgrade needs that, and looks at its health again. */
  record RebootIfRequired(int vmid, Terms terms) implements PatchOperation {
    @Override
    public String consent() {
      return "the patching manifest says reboot: if-required"
          + (terms.rollback() ? " and rollback_on_failure: true" : "");
    }

    @Override
    public List<String> commands(String node) {
      return List.of("pct reboot " + vmid + "   # only if required");
    }
  }
}
