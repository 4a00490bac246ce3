package pivm.simulator.api;

import java.time.Duration;
import java.util.Map;
import pivm.simulator.config.Drive;
import pivm.simulator.config.Kind;
import pivm.simulator.schema.ApiTable;
import pivm.simulator.schema.PropertyString;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Node;
import pivm.simulator.state.Task;

/** Turning guests on and off. */
final class Power {
  private Power() {}

  private static String type(Guest guest, String action) {
    return (guest.kind() == Kind.QEMU ? "qm" : "vz") + action;
  }

  private static Task task(
      Cluster cluster, Guest guest, String action, String who, Task.Work work) {
    return cluster
        .tasks()
        .start(guest.node(), type(guest, action), Integer.toString(guest.vmid()), who, work);
  }

  static Task startTask(Cluster cluster, Guest guest, String who) {
    return task(cluster, guest, "start", who, t -> start(cluster, guest, t, false));
  }

  static Task shutdownTask(Cluster cluster, Guest guest, String who) {
    return task(
        cluster,
        guest,
        "shutdown",
        who,
        t -> shutDown(cluster, guest, t, Duration.ofSeconds(60), true, () -> {}));
  }

  /** Checks that a guest can start, and starts it a while later. */
  static void start(Cluster cluster, Guest guest, Task task, boolean skipLock) {
    boolean hibernated = "suspended".equals(guest.lock());
    if (guest.kind() == Kind.LXC) {
      checkStartable(guest, skipLock, "you can't start a CT if it's a template");
    } else if (!hibernated) {
      checkStartable(guest, skipLock, "you can't start a vm if it's a template");
    }
    if (guest.isRunning()) {
      throw ApiError.die(guest.kind().label() + " " + guest.vmid() + " already running");
    }
    var node = cluster.node(guest.node());
    Pending.apply(cluster, guest);
    if (guest.kind() == Kind.QEMU) {
      checkHost(guest, node);
    }
    checkVolumes(cluster, guest);
    checkBridges(guest, node);
    if (hibernated) {
      task.log("Resuming suspended VM");
    }
    task.after(
        guest.kind() == Kind.QEMU ? Pace.START_VM : Pace.START_CT,
        t -> {
          if (hibernated) {
            Hibernation.wake(cluster, guest, t);
          }
          cluster.startProcess(guest);
        });
  }

  private static void checkStartable(Guest guest, boolean skipLock, String template) {
    if (!skipLock) {
      guest.checkLock();
    }
    if (guest.isTemplate()) {
      throw ApiError.die(template);
    }
  }

  private static void checkHost(Guest guest, Node node) {
    var config = guest.config();
    if (!node.hasKvm() && !"0".equals(config.get("kvm"))) {
      throw ApiError.die(
          "KVM virtualisation configured, but not available. Either disable in VM configuration or"
              + " enable in BIOS.");
    }
    long cpus = config.number("sockets", 1) * config.number("cores", 1);
    if (cpus > node.cpus()) {
      throw ApiError.die("MAX " + node.cpus() + " vcpus allowed per VM on this node");
    }
  }

  private static void checkVolumes(Cluster cluster, Guest guest) {
    for (Map.Entry<String, String> entry : guest.config().values().entrySet()) {
      if (pivm.simulator.config.Keys.isDrive(guest.kind(), entry.getKey())) {
        var drive = Drive.parse(entry.getValue());
        if (drive.storage() != null
            && cluster.storages().find(guest.node(), drive.volume()) == null) {
          cluster.storages().enabled(drive.storage(), guest.node());
          throw ApiError.die("volume '" + drive.volume() + "' does not exist");
        }
      }
    }
  }

  private static void checkBridges(Guest guest, Node node) {
    var format = network(guest.kind());
    for (Map.Entry<String, String> entry : guest.config().values().entrySet()) {
      if (pivm.simulator.config.Keys.isNet(entry.getKey())) {
        var bridge = format.parse(entry.getValue()).get("bridge");
        if (bridge != null && !node.interfaces().containsKey(bridge)) {
          throw ApiError.die("bridge '" + bridge + "' does not exist");
        }
      }
    }
  }

  /** How network devices are written. */
  static PropertyString network(Kind kind) {
    return ApiTable.get()
        .propertyStringOf("PUT", "/nodes/{node}/" + kind.word() + "/{vmid}/config", "net0");
  }

  /** Ends the guest's processes; what was pending is in effect afterwards. */
  static void halt(Cluster cluster, Guest guest) {
    guest.stopped();
    Pending.apply(cluster, guest);
    cluster.changed();
  }

  /** Asks the system inside to end, and after the given time kills it or gives up. */
  static void shutDown(
      Cluster cluster, Guest guest, Task task, Duration timeout, boolean force, Runnable then) {
    if (guest.isCooperative()) {
      Duration needed = timeout.compareTo(Pace.SHUTDOWN) < 0 ? timeout : Pace.SHUTDOWN;
      task.after(
          needed,
          t -> {
            halt(cluster, guest);
            then.run();
          });
      return;
    }
    if (guest.kind() == Kind.QEMU && guest.config().has("agent")) {
      task.log(
          "QEMU Guest Agent is not running - VM "
              + guest.vmid()
              + " qga command 'guest-ping' failed - got timeout");
    }
    task.after(
        timeout,
        t -> {
          if (!force && guest.kind() == Kind.QEMU) {
            throw ApiError.die("VM quit/powerdown failed - got timeout");
          }
          if (guest.kind() == Kind.QEMU) {
            t.log("VM still running - terminating now with SIGTERM");
          }
          halt(cluster, guest);
          then.run();
        });
  }
}
