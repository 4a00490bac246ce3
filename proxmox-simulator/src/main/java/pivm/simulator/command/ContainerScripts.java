package pivm.simulator.command;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Kind;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.ContainerSystem;
import pivm.simulator.state.ContainerSystem.Trouble;
import pivm.simulator.state.Guest;

/**
 * {@code pct exec}. There is no shell in a simulated container: what is run there is known by the
 * name that a script is given and its words, and answered as the script would on a real system. Any
 * other command is not found.
 */
final class ContainerScripts {
  private static final String PATCH = "pivm-patch";
  private static final long LATELY_MILLIS = 3 * 3600 * 1000L;
  private static final int FAILED = 255;
  private static final int NOT_FOUND = 127;
  private static final int NO_FILE = 2;

  private final Caller caller;

  ContainerScripts(Caller caller) {
    this.caller = caller;
  }

  /**
   * Runs it.
   *
   * @param words after {@code pct exec}
   */
  int run(List<String> words, Terminal terminal) {
    if (words.size() < 2) {
      terminal.err("400 not enough arguments\npct exec <vmid> [<extra-args>] [OPTIONS]\n");
      return FAILED;
    }
    List<String> command = words.subList(words.get(1).equals("--") ? 2 : 1, words.size());
    if (command.size() > 7 && command.get(3).equals(PATCH) && command.get(4).equals("poll")) {
      await(words.getFirst(), Integer.parseInt(command.get(7)));
    }
    return caller.with(cluster -> run(cluster, words.getFirst(), command, terminal));
  }

  /** Lets time pass until the upgrade in a container has ended, or as many seconds have passed. */
  private void await(String vmid, int seconds) {
    long until =
        caller.with(cluster -> {
          cluster.time().after(Duration.ofSeconds(seconds), () -> {});
          return cluster.time().millis() + seconds * 1000L;
        });
    while (caller.with(cluster -> cluster.time().millis() < until && busy(cluster, vmid))
        && !Thread.currentThread().isInterrupted()) {
      caller.pause();
    }
  }

  private static boolean busy(Cluster cluster, String vmid) {
    Guest guest = vmid.matches("\\d{1,9}") ? cluster.findGuest(Integer.parseInt(vmid)) : null;
    return guest != null
        && guest.isRunning()
        && running(new Machine(cluster, guest.system(), guest.startedMillis()));
  }

  private int run(Cluster cluster, String vmid, List<String> command, Terminal terminal) {
    Guest guest = vmid.matches("\\d{1,9}") ? cluster.findGuest(Integer.parseInt(vmid)) : null;
    if (guest == null || guest.kind() != Kind.LXC || !guest.node().equals(caller.node())) {
      terminal.err(
          "Configuration file 'nodes/"
              + caller.node()
              + "/lxc/"
              + vmid
              + ".conf' does not exist\n");
      return NO_FILE;
    }
    if (!guest.isRunning()) {
      terminal.err("container '" + vmid + "' not running!\n");
      return FAILED;
    }
    boolean script =
        command.size() > 2 && command.getFirst().equals("/bin/sh") && command.get(1).equals("-c");
    if (script && command.size() > 4 && command.get(3).equals(PATCH)) {
      return patch(
          new Machine(cluster, guest.system(), guest.startedMillis()),
          command.subList(4, command.size()),
          terminal);
    }
    if (script && command.get(2).contains("== systemd")) {
      terminal.out("== systemd\n");
      guest.system().services().forEach(name -> terminal.out(name + ".service loaded active\n"));
      terminal.out("== tcp\n== udp\n== end\n");
      return 0;
    }
    terminal.err(
        "lxc-attach: " + vmid + ": " + command.getFirst() + ": No such file or directory\n");
    return NOT_FOUND;
  }

  /** A system that the script runs in. */
  record Machine(Cluster cluster, ContainerSystem system, long startedMillis) {}

  static int patch(Machine machine, List<String> words, Terminal terminal) {
    ContainerSystem system = machine.system();
    settle(machine);
    switch (words.getFirst()) {
      case "probe" ->
          terminal.out(
              "os "
                  + system.id()
                  + "\nversion 1\nname "
                  + system.name()
                  + "\nmanager "
                  + system.manager()
                  + "\n"
                  + lately(machine)
                  + (system.restart() == null ? "" : "restart " + system.restart() + "\n")
                  + (words.contains("pending") ? "pending " + system.newer().size() + "\n" : ""));
      case "begin" -> begin(machine, words.get(1), terminal);
      case "poll" -> poll(machine, words.get(1), terminal);
      case "restart" -> terminal.out(system.restart() == null ? "" : system.restart() + "\n");
      case "services" -> system.services().forEach(name -> terminal.out(name + "\n"));
      case "health" -> {
        terminal.out(system.isHealthy() ? "health 0 \n" : "health 1 not well\n");
        return system.isHealthy() ? 0 : 1;
      }
      default -> {
        return 64;
      }
    }
    return 0;
  }

  private static String lately(Machine machine) {
    var upgrade = machine.system().upgrade();
    boolean lately =
        upgrade != null
            && !running(machine)
            && !died(machine)
            && failure(machine.system()) == null
            && machine.cluster().time().millis() - upgrade.beganMillis() < LATELY_MILLIS;
    return lately && upgrade != null ? "lately " + upgrade.name() + "\n" : "";
  }

  private static void begin(Machine machine, String id, Terminal terminal) {
    var system = machine.system();
    var upgrade = system.upgrade();
    if (upgrade != null && !upgrade.name().equals(id) && running(machine)) {
      terminal.out("busy " + upgrade.name() + "\n");
      return;
    }
    if (upgrade == null || !upgrade.name().equals(id)) {
      system.begin(id, machine.cluster().time().millis());
      machine.cluster().time().after(Duration.ofSeconds(system.seconds()), () -> {});
    }
    terminal.out("begun " + id + "\n");
  }

  private static boolean running(Machine machine) {
    var upgrade = machine.system().upgrade();
    return upgrade != null
        && machine.startedMillis() <= upgrade.beganMillis()
        && (machine.system().trouble() == Trouble.HANGS
            || machine.cluster().time().millis() - upgrade.beganMillis()
                < machine.system().seconds() * 1000);
  }

  /** What the upgrade has done meanwhile. */
  private static void settle(Machine machine) {
    var system = machine.system();
    boolean installs =
        switch (system.trouble()) {
          case NONE, LOSES_SERVICE -> system.isHealthy();
          default -> false;
        };
    var upgrade = system.upgrade();
    if (upgrade != null && installs && !died(machine) && !running(machine)) {
      String before = system.packages().get("libc6");
      system.install();
      if (!Objects.equals(before, system.packages().get("libc6"))
          && machine.startedMillis() <= upgrade.beganMillis()) {
        system.restart("libc6");
      }
    }
  }

  /** The container was started anew before the upgrade was done. */
  private static boolean died(Machine machine) {
    var upgrade = machine.system().upgrade();
    return upgrade != null
        && machine.startedMillis() > upgrade.beganMillis()
        && machine.startedMillis() - upgrade.beganMillis() < machine.system().seconds() * 1000;
  }

  private static void poll(Machine machine, String id, Terminal terminal) {
    var upgrade = machine.system().upgrade();
    if (upgrade == null || !upgrade.name().equals(id)) {
      terminal.out("state absent\n");
    } else if (died(machine)) {
      terminal.out("state died\n");
    } else if (running(machine)) {
      terminal.out("state running\n");
    } else {
      terminal.out("state ended\n" + result(machine.system(), upgrade));
    }
  }

  private static String result(ContainerSystem system, ContainerSystem.Upgrade upgrade) {
    var text =
        new StringBuilder("= manager " + system.manager() + "\n= name " + system.name() + "\n");
    String failure = failure(system);
    text.append("= before ").append(upgrade.before().size()).append('\n');
    if (failure != null) {
      return text.append(failure).toString();
    }
    text.append("= security-known yes\n");
    text.append("= after ").append(system.packages().size()).append('\n');
    boolean any = false;
    for (Map.Entry<String, String> one : system.packages().entrySet()) {
      String before = upgrade.before().get(one.getKey());
      if (!one.getValue().equals(before)) {
        any = true;
        text.append("= package ").append(one.getKey()).append(' ');
        text.append(before).append(' ').append(one.getValue()).append('\n');
        if (system.fixes().contains(one.getKey())) {
          text.append("= security ").append(one.getKey()).append('\n');
        }
      }
    }
    if (system.restart() != null) {
      text.append("= reboot ").append(system.restart()).append('\n');
    }
    if (system.trouble() == Trouble.LOSES_SERVICE) {
      text.append("= down ssh\n");
    }
    text.append("= service cron\n= service dbus\n= service ssh\n");
    return text.append(any ? "= outcome upgraded\n" : "= outcome current\n")
        .append("= message done\n")
        .toString();
  }

  private static @Nullable String failure(ContainerSystem system) {
    if (system.manager().equals("none")) {
      return "= outcome unsupported\n= message its system is not supported\n";
    }
    if (!system.isHealthy()) {
      return "= outcome unhealthy\n= message its health check fails already: not well\n";
    }
    return switch (system.trouble()) {
      case NONE, LOSES_SERVICE, REMOVES, HANGS -> null;
      case NO_NETWORK -> "= outcome no-network\n= message it has no default route, so no network\n";
      case NO_DNS -> "= outcome no-dns\n= message names can't be resolved in it\n";
      case NO_SPACE -> "= outcome no-space\n= message its disk is full\n";
      case LOCKED -> "= outcome locked\n= message another process has held the lock for 300 s\n";
      case BROKEN -> "= outcome broken\n= message dpkg was left unfinished in it\n";
      case FAILS -> "= outcome failed\n= message the upgrade failed: E: a script failed\n";
    };
  }
}
