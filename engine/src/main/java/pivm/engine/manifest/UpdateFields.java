package pivm.engine.manifest;

import java.util.List;

/** What the manifests of container patching and host update may say. */
final class UpdateFields {
  private static final Shape TEXT = new Shape.Pattern("(?s).*\\S.*", "a text");
  private static final Shape CALENDAR =
      new Shape.Pattern("(?s).*\\S.*", "a systemd calendar expression, such as Sun 01:00");

  static final Fields CONTAINERS =
      new Fields()
          .plain("schedule", CALENDAR, false, "When its timer runs (systemd calendar expression)")
          .plain(
              "include",
              new Shape.Names(),
              false,
              "Only these containers: VMIDs, tag:NAME, pool:NAME, or a name with * and ?")
          .plain("exclude", new Shape.Names(), false, "Never these containers")
          .plain(
              "stopped",
              new Shape.Choice(List.of("skip", "start-patch-stop")),
              false,
              "What is done about containers that do not run")
          .plain(
              "parallel",
              new Shape.Whole(1, 64),
              false,
              "Containers that are patched at the same time on one node")
          .plain(
              "parallel_per_storage",
              new Shape.Whole(1, 64),
              false,
              "The same for those whose root file systems are on one storage")
          .plain(
              "reboot",
              new Shape.Choice(List.of("if-required", "never")),
              false,
              "Whether a container is restarted when its upgrade needs that")
          .plain(
              "health_check",
              TEXT,
              true,
              "A command in the container that ends with 0 when it is well, tried before and after")
          .plain(
              "rollback_on_failure",
              new Shape.Flag(),
              false,
              "Whether a container goes back to the snapshot of this run when its upgrade or its"
                  + " health check fails")
          .plain(
              "snapshot",
              new Shape.Choice(List.of("required", "unavailable-accepted")),
              false,
              "Whether a container may be patched where neither snapshot nor backup can protect it")
          .plain(
              "lock_wait",
              new Shape.Whole(0, 86_400),
              false,
              "Seconds that a locked package manager is waited for")
          .plain(
              "timeout",
              new Shape.Whole(1, 1440),
              false,
              "Minutes after which an upgrade has failed; it is left to itself then")
          .plain("keep_logs_days", new Shape.Whole(1, 36_500), false, "Days that logs are kept")
          .plain("dry_run", new Shape.Flag(), false, "Only show what would be done");

  static final Fields HOSTS =
      new Fields()
          .plain("schedule", CALENDAR, false, "When its timer runs (systemd calendar expression)")
          .plain(
              "upgrade",
              new Shape.Choice(List.of("dist-upgrade", "security")),
              false,
              "Everything, Proxmox's supported way, or from security sources only")
          .plain(
              "reboot",
              new Shape.Choice(List.of("if-required", "never", "always")),
              false,
              "Whether a node is restarted afterwards")
          .plain(
              "nodes",
              new Shape.Choice(List.of("rolling")),
              false,
              "One at a time, the next only when the last is back, in quorum and healthy")
          .plain(
              "drain",
              new Shape.Choice(List.of("ha-maintenance", "migrate", "shutdown", "none")),
              false,
              "Where the guests go before a node restarts")
          .plain("hold", new Shape.Names(), false, "Packages that stay as they are")
          .plain("dry_run", new Shape.Flag(), false, "Only show what would be done")
          .plain("window", new Shape.Flag(), false, "Begin only in rails.maintenanceWindow")
          .plain(
              "health_checks",
              new Shape.Names(),
              false,
              "Commands on the node that end with 0 when it is well")
          .plain(
              "min_free_mib",
              new Shape.Whole(0, 1_000_000),
              false,
              "Space in MiB that / must have; /boot a quarter of it")
          .plain(
              "timeout",
              new Shape.Whole(1, 1440),
              false,
              "Minutes that each of upgrade, drain and restart may take");

  private UpdateFields() {}
}
