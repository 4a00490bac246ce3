package pivm.engine.manifest;

import java.util.List;

/**
 * What the manifest of host update says.
 *
 * @param schedule of its timer, a systemd calendar expression
 * @param securityOnly whether only what comes from security sources is upgraded
 * @param rebootSaid whether the manifest says so itself, and agrees to restarts by that
 * @param hold packages that stay as they are
 * @param window whether a run may only begin in the maintenance window
 * @param healthChecks commands on the node that end with 0 when it is well
 * @param minFreeMib that {@code /} must have; {@code /boot} a quarter of it
 * @param timeout minutes that each of upgrade, drain and restart may take
 */
public record HostUpdates(
    String schedule,
    boolean securityOnly,
    Reboot reboot,
    boolean rebootSaid,
    Drain drain,
    List<String> hold,
    boolean dryRun,
    boolean window,
    List<String> healthChecks,
    int minFreeMib,
    int timeout) {
  public HostUpdates {
    hold = List.copyOf(hold);
    healthChecks = List.copyOf(healthChecks);
  }

  /** When a node is restarted. */
  public enum Reboot {
    IF_REQUIRED("if-required"),
    NEVER("never"),
    ALWAYS("always");

    private final String word;

    Reboot(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** What becomes of a node's guests before it restarts. */
  public enum Drain {
    HA_MAINTENANCE("ha-maintenance"),
    MIGRATE("migrate"),
    SHUTDOWN("shutdown"),
    NONE("none");

    private final String word;

    Drain(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** What holds where nothing is said. */
  public static HostUpdates defaults() {
    return UpdateReader.hosts("defaults", "{}").value();
  }
}
