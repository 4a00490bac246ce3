package pivm.engine.hostupdate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node says about itself.
 *
 * @param boot the kernel's id of this start
 * @param kernel that runs
 * @param stopping whether it is going down
 * @param reboot why it needs a restart already; null when it does not
 * @param freeRootMib null when unknown
 * @param freeBootMib null when {@code /boot} is no file system of its own
 * @param removes packages that the upgrade would remove
 * @param essential those of them that the system can't be without
 */
record HostFacts(
    String boot,
    Duration uptime,
    String kernel,
    boolean stopping,
    @Nullable String reboot,
    @Nullable Long freeRootMib,
    @Nullable Long freeBootMib,
    boolean unfinished,
    boolean pendingNetwork,
    boolean enterprise,
    @Nullable String zfsRoot,
    List<String> held,
    List<String> services,
    List<String> failed,
    List<Upgrade> upgrades,
    List<String> removes,
    List<String> essential) {

  /**
   * A package to upgrade.
   *
   * @param from {@code -} for a new one
   */
  record Upgrade(String name, String from, String to, boolean security) {}

  HostFacts {
    held = List.copyOf(held);
    services = List.copyOf(services);
    failed = List.copyOf(failed);
    upgrades = List.copyOf(upgrades);
    removes = List.copyOf(removes);
    essential = List.copyOf(essential);
  }

  static HostFacts parse(String output) {
    var read = new Reading();
    output.lines().forEach(read::line);
    return read.facts();
  }

  private static final class Reading {
    private String boot = "";
    private Duration uptime = Duration.ZERO;
    private String kernel = "";
    private boolean stopping;
    private @Nullable String reboot;
    private @Nullable Long root;
    private @Nullable Long bootSpace;
    private boolean unfinished;
    private boolean pending;
    private boolean enterprise;
    private @Nullable String zfs;
    private final List<String> held = new ArrayList<>();
    private final List<String> services = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final List<Upgrade> upgrades = new ArrayList<>();
    private final List<String> removes = new ArrayList<>();
    private final List<String> essential = new ArrayList<>();

    void line(String line) {
      String[] words = line.strip().split(" +");
      String rest = line.substring(Math.min(line.length(), words[0].length())).strip();
      switch (words[0]) {
        case "boot" -> boot = rest;
        case "uptime" -> uptime = Duration.ofSeconds(number(rest));
        case "kernel" -> kernel = rest;
        case "stopping" -> stopping = true;
        case "reboot" -> reboot = rest.isEmpty() ? "the system says so" : rest;
        case "free-root" -> root = number(rest) / 1024;
        case "free-boot" -> bootSpace = number(rest) / 1024;
        case "unfinished" -> unfinished = true;
        case "pending" -> pending = true;
        case "repository" -> enterprise = true;
        case "zfs" -> zfs = rest;
        case "held" -> held.add(rest);
        case "service" -> services.add(rest);
        case "failed" -> failed.add(rest);
        case "remove" -> removes.add(rest);
        case "essential" -> essential.add(rest);
        case "upgrade" -> {
          if (words.length == 5) {
            upgrades.add(new Upgrade(words[1], words[2], words[3], words[4].equals("security")));
          }
        }
        default -> {}
      }
    }

    private static long number(String text) {
      return text.matches("\\d{1,15}") ? Long.parseLong(text) : 0;
    }

    HostFacts facts() {
      return new HostFacts(
          boot,
          uptime,
          kernel,
          stopping,
          reboot,
          root,
          bootSpace,
          unfinished,
          pending,
          enterprise,
          zfs,
          held,
          services,
          failed,
          upgrades,
          removes,
          essential);
    }
  }

  long fixes() {
    return upgrades.stream().filter(Upgrade::security).count();
  }
}
