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

  /**
   * Saves {@code /etc}, the cluster's database and the list of packages, on the node itself.
   *
   * @param ahead the nodes that the run has before it, this one first
   */
  record Archive(String node, List<String> ahead) implements HostOperation {
    public Archive {
      ahead = List.copyOf(ahead);
    }

    @Override
    public List<String> commands(String where) {
      return List.of(
          "tar -C / -czf /var/lib/pivm/archive/etc.tar.gz etc",
          "sqlite3 /var/lib/pve-cluster/config.db '.backup /var/lib/pivm/archive/config.db'");
    }
  }

  /**
   * Upgrades the node's packages.
   *
   * @param securityOnly whether only what comes from security sources is upgraded
   * @param hold packages that stay as they are
   * @param minFreeMib that {@code /} must have; {@code /boot} a quarter of it
   * @param timeout minutes that it may take
   */
  record Upgrade(String node, boolean securityOnly, List<String> hold, int minFreeMib, int timeout)
      implements HostOperation {
    public Upgrade {
      hold = List.copyOf(hold);
    }

    @Override
    public List<String> commands(String where) {
      return List.of("apt-get update && apt-get -y " + (securityOnly ? "upgrade" : "dist-upgrade"));
    }
  }

  /**
   * Sees to the node's guests before it restarts, if it must.
   *
   * @param mode the word of {@link pivm.engine.manifest.HostUpdates.Drain}
   * @param always whether the node restarts in any case
   * @param agreed what in the manifest agrees to it; null when nothing does
   * @param timeout minutes that it may take
   */
  record Drain(String node, String mode, boolean always, @Nullable String agreed, int timeout)
      implements HostOperation {
    @Override
    public @Nullable String consent() {
      return agreed;
    }

    @Override
    public List<String> commands(String where) {
      return switch (mode) {
        case "ha-maintenance" ->
            List.of("ha-manager crm-command node-maintenance enable " + where, migrateAll(where));
        case "migrate" -> List.of(migrateAll(where));
        case "shutdown" -> List.of("pvesh create /nodes/" + where + "/stopall");
        default -> List.of();
      };
    }

    private static String migrateAll(String where) {
      return "pvesh create /nodes/" + where + "/migrateall --target NODE";
    }
  }

  /**
   * Restarts the node, if it must, and waits until it is back, in quorum and well.
   *
   * @param always whether it restarts in any case
   * @param agreed what in the manifest agrees to it; null when nothing does
   * @param healthChecks commands on the node that end with 0 when it is well
   * @param timeout minutes that it may take
   */
  record Reboot(
      String node, boolean always, @Nullable String agreed, List<String> healthChecks, int timeout)
      implements HostOperation {
    public Reboot {
      healthChecks = List.copyOf(healthChecks);
    }

    @Override
    public @Nullable String consent() {
      return agreed;
    }

    @Override
    public List<String> commands(String where) {
      return List.of(
          "pvesh create /nodes/"
              + where
              + "/status --command reboot"
              + (always ? "" : "   # only if required"));
    }
  }

  /**
   * Takes back what was done about the node's guests, once it is well where it was restarted.
   *
   * @param mode the word of {@link pivm.engine.manifest.HostUpdates.Drain}
   * @param healthChecks commands on the node that end with 0 when it is well
   * @param timeout minutes that it may take
   */
  record Undrain(String node, String mode, List<String> healthChecks, int timeout)
      implements HostOperation {
    public Undrain {
      healthChecks = List.copyOf(healthChecks);
    }

    @Override
    public List<String> commands(String where) {
      return mode.equals("ha-maintenance")
          ? List.of("ha-manager crm-command node-maintenance disable " + where)
          : List.of();
    }
  }
}
