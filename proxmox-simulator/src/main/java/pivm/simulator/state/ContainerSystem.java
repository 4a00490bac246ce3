package pivm.simulator.state;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The system inside a container: its packages, its services, and an upgrade that may run in it. */
public final class ContainerSystem {

  /** What goes wrong in it. */
  public enum Trouble {
    NONE,
    NO_NETWORK,
    NO_DNS,
    NO_SPACE,
    /** Another process holds the package manager's lock for good. */
    LOCKED,
    /** A package manager that was cut off and can't be set right. */
    BROKEN,
    /** A package's script fails in the middle. */
    FAILS,
    /** One service does not come up again after the upgrade. */
    LOSES_SERVICE,
    /** An upgrade would remove what the system is for. */
    REMOVES,
    /** The upgrade never ends. */
    HANGS
  }

  private final String id;
  private final String name;
  private final String manager;
  private SortedMap<String, String> packages = new TreeMap<>();
  private final SortedMap<String, String> newer = new TreeMap<>();
  private final List<String> fixes = new ArrayList<>();
  private final List<String> services = new ArrayList<>();
  private final Map<String, SortedMap<String, String>> saved = new HashMap<>();
  private Trouble trouble = Trouble.NONE;
  private long seconds = 30;
  private @Nullable Upgrade upgrade;
  private boolean healthy = true;
  private int begun;
  private @Nullable String restart;

  /**
   * An upgrade in it.
   *
   * @param before its packages at the beginning
   */
  public record Upgrade(String name, long beganMillis, SortedMap<String, String> before) {}

  ContainerSystem(int vmid, String ostype) {
    this.id = ostype.equals("unmanaged") ? "plan9" : ostype;
    this.name =
        switch (id) {
          case "debian" -> "Debian GNU/Linux 13 (trixie)";
          case "alpine" -> "Alpine Linux v3.22";
          case "ubuntu" -> "Ubuntu 24.04 LTS";
          default -> id;
        };
    this.manager =
        switch (id) {
          case "debian", "ubuntu" -> "apt";
          case "alpine" -> "apk";
          case "fedora", "centos" -> "dnf";
          case "archlinux" -> "pacman";
          case "opensuse" -> "zypper";
          default -> "none";
        };
    packages.put("base-files", "13.8");
    packages.put("libc6", "2.41-12");
    packages.put("openssl", "3.5.1-1");
    packages.put("tzdata", "2026a-0");
    newer.put("openssl", "3.5.4-1");
    newer.put("tzdata", "2026b-0");
    if (vmid % 3 == 0) {
      newer.put("libc6", "2.41-14");
    }
    fixes.add("openssl");
    services.addAll(List.of("cron", "dbus", "ssh"));
  }

  public String id() {
    return id;
  }

  public String name() {
    return name;
  }

  public String manager() {
    return manager;
  }

  public SortedMap<String, String> packages() {
    return packages;
  }

  /** Names of packages whose newer version closes a known hole. */
  public List<String> fixes() {
    return fixes;
  }

  /** Versions that its sources have and it has not. */
  public SortedMap<String, String> newer() {
    var all = new TreeMap<>(newer);
    all.entrySet().removeIf(entry -> entry.getValue().equals(packages.get(entry.getKey())));
    return all;
  }

  /** Its sources have a newer version of a package, which it may not have yet. */
  public void publish(String packageName, String version) {
    packages.putIfAbsent(packageName, "1");
    newer.put(packageName, version);
  }

  public Trouble trouble() {
    return trouble;
  }

  public void trouble(Trouble other) {
    trouble = other;
  }

  /** How long an upgrade takes. */
  public long seconds() {
    return seconds;
  }

  public void seconds(long other) {
    seconds = other;
  }

  /** The services that run. */
  public List<String> services() {
    return services;
  }

  /** Whether health checks pass. */
  public boolean isHealthy() {
    return healthy;
  }

  public void healthy(boolean on) {
    healthy = on;
  }

  public @Nullable Upgrade upgrade() {
    return upgrade;
  }

  /** How many upgrades have ever been begun in it. */
  public int begun() {
    return begun;
  }

  public void begin(String upgradeName, long nowMillis) {
    begun++;
    upgrade = new Upgrade(upgradeName, nowMillis, new TreeMap<>(packages));
  }

  /** Why it should be started anew; null when it should not. */
  public @Nullable String restart() {
    return restart;
  }

  public void restart(String reason) {
    restart = reason;
  }

  /** Brings the packages to what the sources have. */
  public void install() {
    packages.putAll(newer);
    if (trouble == Trouble.LOSES_SERVICE) {
      services.remove("ssh");
    }
  }

  void started() {
    restart = null;
    if (trouble != Trouble.LOSES_SERVICE) {
      services.clear();
      services.addAll(List.of("cron", "dbus", "ssh"));
    }
  }

  /** A snapshot of its disks was taken. */
  public void save(String snapshot) {
    saved.put(snapshot, new TreeMap<>(packages));
  }

  /** Its disks are as they were in the snapshot. */
  public void restore(String snapshot) {
    SortedMap<String, String> then = saved.get(snapshot);
    if (then != null) {
      packages = new TreeMap<>(then);
    }
    upgrade = null;
    if (!services.contains("ssh")) {
      services.add("ssh");
    }
  }
}
