package pivm.engine.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** All settings. */
public final class Keys {
  public static final Key ENDPOINT =
      key("proxmox", "endpoint", new Kind.Endpoint(), null, "address of the Proxmox VE API");
  public static final Key TOKEN =
      key("proxmox", "token", new Kind.Secret(), null, "where the API token is kept");
  public static final Key FINGERPRINT =
      key("proxmox", "fingerprint", new Kind.Fingerprint(), null, "the certificate to accept");
  public static final Key PMXCFS =
      key("proxmox", "pmxcfs", new Kind.Text(), null, "cluster file system to read, or a copy");
  public static final Key VIA =
      key(
          "proxmox",
          "via",
          new Kind.Choice(List.of("api", "cli")),
          "api",
          "act by API calls, or by the node's commands");
  public static final Key FIRST_VMID =
      key(
          "proxmox",
          "firstVmid",
          new Kind.Whole(100, 999_999_999),
          "100",
          "the lowest VMID that next-id gives");

  public static final Key RAM_HEADROOM =
      key("rails", "ramHeadroomPercent", new Kind.Whole(20, 90), "20", "memory kept free a node");
  public static final Key RAM_BASIS =
      key(
          "rails",
          "ramBasis",
          new Kind.Choice(List.of("committed", "used")),
          "committed",
          "what counts as promised memory");
  public static final Key FOREIGN =
      key(
          "rails",
          "foreign",
          new Kind.Choice(List.of("ignore", "warn", "block")),
          "warn",
          "what guests outside the manifests mean for a run");
  public static final Key REQUIRE_BACKUP =
      key(
          "rails",
          "requireBackupBeforeDestroy",
          new Kind.Choice(List.of("warn", "block")),
          "warn",
          "what a missing recent backup means");
  public static final Key RECENT_BACKUP =
      key("rails", "recentBackup", new Kind.Duration(), "7d", "how old a recent backup may be");
  public static final Key FALLBACK_AGE =
      key(
          "rails",
          "fallbackBackupMaxAge",
          new Kind.Duration(),
          "24h",
          "how long a backup stands in for a snapshot");
  public static final Key BACKUP_STORAGE =
      key("rails", "backupStorage", new Kind.Text(), null, "where such backups go");
  public static final Key BLAST_SHARE =
      key(
          "rails",
          "blastSharePercent",
          new Kind.Whole(1, 100),
          "30",
          "share of guests a run may change unasked");
  public static final Key BLAST_MINIMUM =
      key("rails", "blastMinimum", new Kind.Whole(0, 10_000), "3", "number that is always allowed");
  public static final Key MAX_FAILURES =
      key("rails", "maxFailures", new Kind.Whole(1, 10_000), "5", "failed steps that end a run");
  public static final Key LOCK_WAIT =
      key("rails", "lockWait", new Kind.Duration(), "2m", "how long a locked guest is waited for");
  public static final Key WINDOW =
      key("rails", "maintenanceWindow", new Kind.Text(), null, "systemd calendar expression");
  public static final Key WINDOW_DURATION =
      key("rails", "maintenanceWindowDuration", new Kind.Duration(), "2h", "how long it lasts");

  public static final Key CPU_LIMIT =
      key("health", "cpuPercent", new Kind.Whole(1, 100), "80", "cpu use that is a risk");
  public static final Key MEMORY_LIMIT =
      key(
          "health",
          "memoryUsedPercent",
          new Kind.Whole(1, 100),
          "90",
          "used memory that is a risk");
  public static final Key PROMISED_LIMIT =
      key(
          "health",
          "memoryPromisedPercent",
          new Kind.Whole(1, 1000),
          "80",
          "promised memory that is a risk");
  public static final Key STORAGE_LIMIT =
      key("health", "storagePercent", new Kind.Whole(1, 100), "90", "where a storage is full");
  public static final Key TASK_LIMIT =
      key("health", "longTask", new Kind.Duration(), "12h", "when a running task is stuck");

  public static final Key INSTALL_DIR =
      key("setup", "INSTALL_DIR", new Kind.Text(), null, "the folder that PIVM stands in");
  public static final Key STATE_DIR =
      key("setup", "STATE_DIR", new Kind.Text(), null, "history, locks and caches");
  public static final Key REPO_URL =
      key("setup", "REPO_URL", new Kind.Text(), null, "the repository that manifests come from");
  public static final Key LOG_FILE =
      key(
          "setup",
          "LOG_FILE",
          new Kind.AbsolutePath(),
          "/var/log/pivm/pivm.log",
          "what timers write to");
  public static final Key LOCK_FILE =
      key(
          "setup",
          "LOCK_FILE",
          new Kind.AbsolutePath(),
          "/run/pivm/timers.lock",
          "keeps timers from running at the same time");
  public static final Key SVC_DRIFT =
      key("setup", "SVC_DRIFT", new Kind.Unit(), "pivm-drift", "units that look for drift");
  public static final Key SVC_IAC =
      key("setup", "SVC_IAC", new Kind.Unit(), "pivm-guests", "units that apply guests");
  public static final Key SVC_ISO =
      key("setup", "SVC_ISO", new Kind.Unit(), "pivm-images", "units that fetch images");
  public static final Key SVC_HOST_UP =
      key("setup", "SVC_HOST_UP", new Kind.Unit(), "pivm-hosts", "units that update hosts");
  public static final Key SVC_LXC_UP =
      key("setup", "SVC_LXC_UP", new Kind.Unit(), "pivm-containers", "units that patch containers");
  public static final Key SCHEDULE =
      key("proxmox_dsc", "SCHEDULE", new Kind.Calendar(), "*:0/15", "when guests are applied");
  public static final Key DRIFT_SCHEDULE =
      key(
          "proxmox_dsc",
          "DRIFT_SCHEDULE",
          new Kind.Calendar(),
          "*:5/15",
          "when drift is looked for");
  public static final Key MANIFEST =
      key("proxmox_dsc", "MANIFEST", new Kind.Text(), null, "the guests' manifest, or a folder");
  public static final Key PARALLEL =
      key("proxmox_dsc", "PARALLEL", new Kind.Whole(1, 64), "4", "steps at a time on one node");
  public static final Key DRY_RUN =
      key("proxmox_dsc", "DRY_RUN", new Kind.Flag(), "false", "plan only, whatever is asked");

  public static final Key NETWORK_MANIFEST =
      key("proxmox_network", "MANIFEST", new Kind.Text(), null, "the nodes' network manifest");
  public static final Key NETWORK_SECONDS =
      key(
          "proxmox_network",
          "CONFIRM_SECONDS",
          new Kind.Whole(10, 3600),
          "90",
          "how long there is to confirm a network");
  public static final Key IMAGE_MANIFEST =
      key("proxmox_iso_sync", "MANIFEST", new Kind.Text(), null, "the images' manifest");
  public static final Key IMAGE_STORAGE =
      key("proxmox_iso_sync", "STORAGE_ID", new Kind.Text(), "local", "where images go");
  public static final Key IMAGE_DRY_RUN =
      key("proxmox_iso_sync", "DRY_RUN", new Kind.Flag(), "false", "plan only, whatever is asked");
  public static final Key LXC_MANIFEST =
      key(
          "proxmox_lxc_autoupdate",
          "MANIFEST",
          new Kind.Text(),
          null,
          "the manifest of container patching");
  public static final Key LXC_LOGS =
      key("proxmox_lxc_autoupdate", "LOG_DIR", new Kind.Text(), null, "logs of container patching");
  public static final Key LXC_DRY_RUN =
      key(
          "proxmox_lxc_autoupdate",
          "DRY_RUN",
          new Kind.Flag(),
          "false",
          "plan only, whatever is asked");
  public static final Key HOST_MANIFEST =
      key("proxmox_autoupdate", "MANIFEST", new Kind.Text(), null, "the manifest of host update");
  public static final Key HOST_DRY_RUN =
      key(
          "proxmox_autoupdate",
          "DRY_RUN",
          new Kind.Flag(),
          "false",
          "plan only, whatever is asked");

  /** In the order in which {@code pivm config} shows them. */
  public static final List<Key> ALL =
      List.of(
          ENDPOINT,
          TOKEN,
          FINGERPRINT,
          PMXCFS,
          VIA,
          FIRST_VMID,
          RAM_HEADROOM,
          RAM_BASIS,
          FOREIGN,
          REQUIRE_BACKUP,
          RECENT_BACKUP,
          FALLBACK_AGE,
          BACKUP_STORAGE,
          BLAST_SHARE,
          BLAST_MINIMUM,
          MAX_FAILURES,
          LOCK_WAIT,
          WINDOW,
          WINDOW_DURATION,
          CPU_LIMIT,
          MEMORY_LIMIT,
          PROMISED_LIMIT,
          STORAGE_LIMIT,
          TASK_LIMIT,
          INSTALL_DIR,
          STATE_DIR,
          REPO_URL,
          LOG_FILE,
          LOCK_FILE,
          SVC_DRIFT,
          SVC_IAC,
          SVC_ISO,
          SVC_HOST_UP,
          SVC_LXC_UP,
          SCHEDULE,
          DRIFT_SCHEDULE,
          MANIFEST,
          PARALLEL,
          DRY_RUN,
          NETWORK_MANIFEST,
          NETWORK_SECONDS,
          IMAGE_MANIFEST,
          IMAGE_STORAGE,
          IMAGE_DRY_RUN,
          LXC_MANIFEST,
          LXC_LOGS,
          LXC_DRY_RUN,
          HOST_MANIFEST,
          HOST_DRY_RUN);

  /** Sections of {@code variables.json}; those without keys so far may stand there, empty. */
  public static final List<String> SECTIONS =
      List.of(
          "proxmox",
          "rails",
          "health",
          "setup",
          "uninstall",
          "proxmox_dsc",
          "proxmox_iso_sync",
          "proxmox_autoupdate",
          "proxmox_lxc_autoupdate",
          "proxmox_network",
          "gitops",
          "notifications",
          "assistant",
          "dashboard");

  /** The short names that other programs rely on: PIVM_ENDPOINT, PIVM_TOKEN, PIVM_FINGERPRINT. */
  static @Nullable String shortVariable(Key key) {
    return switch (key.path()) {
      case "proxmox.endpoint" -> "PIVM_ENDPOINT";
      case "proxmox.token" -> "PIVM_TOKEN";
      case "proxmox.fingerprint" -> "PIVM_FINGERPRINT";
      default -> null;
    };
  }

  private static Key key(
      String section, String name, Kind kind, @Nullable String otherwise, String help) {
    return new Key(section, name, kind, otherwise, help);
  }

  private Keys() {}
}
