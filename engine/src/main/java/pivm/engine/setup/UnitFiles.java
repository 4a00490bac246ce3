package pivm.engine.setup;

import java.util.List;

/** The texts of a job's units, and of the rotation of their log. */
public final class UnitFiles {
  private static final String HEAD =
      "# Written by pivm setup, and written anew by the next one. Changes of your own belong into\n"
          + "# a drop-in: systemctl edit ";

  private final Layout layout;
  private final String lock;

  /**
   * @param lock the file that keeps two jobs from running at the same time
   */
  public UnitFiles(Layout layout, String lock) {
    this.layout = layout;
    this.lock = lock;
  }

  public String timer(Job job) {
    return HEAD
        + job.timer()
        + "\n[Unit]\nDescription=PIVM: "
        + job.title()
        + " (schedule)\n\n[Timer]\nOnCalendar="
        + job.calendar()
        + "\nPersistent=true\nRandomizedDelaySec="
        + job.delay()
        + "\nAccuracySec=1min\n\n[Install]\nWantedBy=timers.target\n";
  }

  public String service(Job job) {
    return HEAD + job.service() + "\n" + unit(job) + "\n" + service(job, run(job)) + confined(job);
  }

  private String unit(Job job) {
    return "[Unit]\nDescription=PIVM: "
        + job.title()
        + "\nDocumentation=file:/usr/share/doc/pivm/setup.md"
        + "\nConditionFileIsExecutable="
        + Layout.PROGRAM
        + "\nConditionPathIsDirectory="
        + layout.install()
        + "\nWants=network-online.target"
        + "\nAfter=network-online.target pve-cluster.service pveproxy.service\n";
  }

  /**
   * Jobs that change something wait for each other; one that only looks waits for none. The lock's
   * process becomes PIVM, so that it is PIVM that a stop of the unit reaches, and it alone ({@code
   * KillMode}): commands that it waits for come to their end.
   */
  private String run(Job job) {
    String command = Layout.PROGRAM + " " + String.join(" ", job.command());
    return job.changes()
        ? "/usr/bin/flock --no-fork --timeout 21600 " + lock + " " + command
        : command;
  }

  private String service(Job job, String run) {
    return "[Service]\nType=oneshot\nExecStart="
        + run
        + "\nWorkingDirectory="
        + layout.install()
        + "\nEnvironment=PIVM_ACTOR=timer:"
        + job.unit()
        + " PIVM_SETUP_STATE_DIR="
        + layout.state()
        + "\n"
        + folder("StateDirectory", "/var/lib/", layout.state(), "0700")
        + folder("LogsDirectory", "/var/log/", layout.logs(), "0750")
        + folder("RuntimeDirectory", "/run/", parent(lock), "0750")
        + "RuntimeDirectoryPreserve=yes\nStandardOutput=append:"
        + layout.log()
        + "\nStandardError=append:"
        + layout.log()
        + "\nUMask=0027\nKillMode=mixed\nTimeoutStopSec=30min\nNice=5\n"
        + (job.changes() ? "" : "SuccessExitStatus=2\nTimeoutStartSec=10min\n");
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(1, path.lastIndexOf('/')));
  }

  /** A folder in systemd's own place is made by systemd; any other must only be writable. */
  private static String folder(String setting, String place, String path, String mode) {
    return path.startsWith(place)
        ? setting + "=" + path.substring(place.length()) + "\n" + setting + "Mode=" + mode + "\n"
        : "ReadWritePaths=" + path + "\n";
  }

  private String confined(Job job) {
    List<String> lines =
        switch (job.confinement()) {
          case READER ->
              List.of(
                  "# As root, since the cluster file system and the token are root's to read.",
                  "CapabilityBoundingSet=",
                  "NoNewPrivileges=yes",
                  "ProtectSystem=strict",
                  "ProtectHome=yes",
                  "ProtectControlGroups=yes",
                  "PrivateTmp=yes",
                  "PrivateDevices=yes",
                  "RestrictNamespaces=yes",
                  "SystemCallFilter=@system-service",
                  COMMON);
          case GUESTS ->
              List.of(
                  "# As root, since only root may lock the cluster and look into containers: that"
                      + " takes",
                  "# capabilities, namespaces and control groups.",
                  "NoNewPrivileges=yes",
                  "ProtectSystem=strict",
                  "ProtectHome=read-only",
                  "ReadWritePaths=-/etc/pve -/run/lock -/run/lxc -/run/pve -/var/log/pve "
                      + layout.install(),
                  "PrivateTmp=yes",
                  COMMON);
          case PACKAGES ->
              List.of(
                  "# As root and unconfined: what packages do when they are installed is not"
                      + " foreseeable,",
                  "# and a confined process would hand its limits on to them.");
        };
    return String.join("\n", lines) + "\n";
  }

  private static final String COMMON =
      """
      ProtectKernelTunables=yes
      ProtectKernelModules=yes
      ProtectKernelLogs=yes
      ProtectClock=yes
      ProtectHostname=yes
      RestrictRealtime=yes
      RestrictSUIDSGID=yes
      RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
      LockPersonality=yes
      SystemCallArchitectures=native\
      """;

  /** Daily, seven kept. Each job opens the log anew, so the file may simply be moved away. */
  public String rotation() {
    return layout.logs()
        + "/*.log {\n"
        + "    daily\n    rotate 7\n    compress\n    delaycompress\n"
        + "    missingok\n    notifempty\n    create 0640 root adm\n}\n";
  }
}
