package pivm.simulator.api;

import java.time.Duration;
import pivm.simulator.config.Kind;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Guest;
import pivm.simulator.state.HaResource;
import pivm.simulator.state.Task;

/** {@code …/status/start}, {@code stop} and the like. */
final class PowerApi {
  private final Kind kind;
  private final String path;
  private final String prefix;

  PowerApi(Kind kind) {
    this.kind = kind;
    this.path = "/nodes/{node}/" + kind.word() + "/{vmid}/status/";
    this.prefix = kind == Kind.QEMU ? "qm" : "vz";
  }

  void register(Router router) {
    router.post(path + "start", this::start);
    router.post(path + "stop", this::stop);
    router.post(path + "shutdown", this::shutdown);
    router.post(path + "reboot", this::reboot);
    router.post(path + "suspend", this::suspend);
    router.post(path + "resume", this::resume);
    if (kind == Kind.QEMU) {
      router.post(path + "reset", this::reset);
    }
  }

  /** Starts a task that looks for the guest itself: a missing guest is the task's failure. */
  private String task(Call call, String action, Finder work) {
    skipLock(call);
    return call.task(
        call.node(),
        prefix + action,
        call.need("vmid"),
        task -> work.run(task, call.cluster().guest(kind, call.node(), call.vmid())));
  }

  private interface Finder {
    void run(Task task, Guest guest);
  }

  private static boolean skipLock(Call call) {
    if (call.flag("skiplock") && !call.isRoot()) {
      throw ApiError.parameter("skiplock", "Only root may use this option.");
    }
    return call.flag("skiplock");
  }

  private Guest guest(Call call) {
    return call.cluster().guest(kind, call.node(), call.vmid());
  }

  private boolean isRunning(Call call) {
    var guest = call.cluster().findGuest(call.vmid());
    return guest != null
        && guest.kind() == kind
        && guest.node().equals(call.node())
        && guest.isRunning();
  }

  /** Leaves the matter to the HA manager when the guest is under it. */
  private @org.jspecify.annotations.Nullable String throughHa(
      Call call, String action, String state) {
    var guest = call.cluster().findGuest(call.vmid());
    var ha = guest == null || guest.kind() != kind ? null : call.cluster().haOf(guest);
    if (guest == null || ha == null || ha.requestedState().equals("ignored")) {
      return null;
    }
    return call.task(
        "ha" + action,
        guest,
        task -> {
          String word = action.equals("stop") ? "stop" : action;
          task.log("Requesting HA " + word + " for " + kind.label() + " " + guest.vmid());
          task.after(Pace.QUICK, t -> request(call, ha, state));
        });
  }

  private static void request(Call call, HaResource ha, String state) {
    ha.options().put("state", state);
    call.cluster().changed();
    HaApi.act(call.cluster(), ha, Duration.ofSeconds(10));
  }

  private String start(Call call) {
    var asked = throughHa(call, "start", "started");
    if (asked != null) {
      return asked;
    }
    if (kind == Kind.LXC && isRunning(call)) {
      throw ApiError.die("CT " + call.vmid() + " already running");
    }
    boolean skip = skipLock(call);
    return task(
        call,
        "start",
        (task, guest) -> {
          Locks.with(guest, task, t -> Power.start(call.cluster(), guest, t, skip));
        });
  }

  private void needRunning(Call call, String label) {
    if (!isRunning(call)) {
      throw ApiError.die(label + " " + call.vmid() + " not running");
    }
  }

  private String stop(Call call) {
    if (kind == Kind.LXC) {
      needRunning(call, "CT");
    }
    var asked = throughHa(call, "stop", "stopped");
    if (asked != null) {
      return asked;
    }
    return task(
        call,
        "stop",
        (task, guest) -> {
          if (guest.isRunning()) {
            task.after(Pace.STOP, t -> Power.halt(call.cluster(), guest));
          }
        });
  }

  private String shutdown(Call call) {
    if (kind == Kind.LXC) {
      needRunning(call, "CT");
    }
    var asked = throughHa(call, "stop", "stopped");
    if (asked != null) {
      return asked;
    }
    var timeout = Duration.ofSeconds(call.number("timeout", 60));
    boolean force = call.flag("forceStop") || kind == Kind.LXC;
    return task(
        call,
        "shutdown",
        (task, guest) -> {
          guest.checkLock();
          if (guest.isRunning()) {
            Power.shutDown(call.cluster(), guest, task, timeout, force, () -> {});
          }
        });
  }

  private String reboot(Call call) {
    needRunning(call, "VM");
    var timeout = Duration.ofSeconds(call.number("timeout", 60));
    return task(
        call,
        "reboot",
        (task, guest) ->
            Power.shutDown(
                call.cluster(),
                guest,
                task,
                timeout,
                kind == Kind.LXC,
                () -> task.after(Pace.START_VM, t -> call.cluster().startProcess(guest))));
  }

  private String reset(Call call) {
    needRunning(call, "VM");
    return task(call, "reset", (task, guest) -> guest.checkLock());
  }

  private String suspend(Call call) {
    needRunning(call, kind.label());
    boolean toDisk = call.flag("todisk");
    return task(
        call,
        kind == Kind.LXC ? "suspend" : toDisk ? "suspend" : "pause",
        (task, guest) -> {
          if (kind == Kind.LXC) {
            throw criu(guest, "-s");
          }
          if (toDisk) {
            Hibernation.suspend(call.cluster(), guest, task);
          } else {
            guest.checkLock();
            guest.paused(true);
          }
        });
  }

  private static ApiError criu(Guest guest, String option) {
    return ApiError.die(
        "command 'lxc-checkpoint -n "
            + guest.vmid()
            + " "
            + option
            + " --foreground -D /var/lib/vz/dump' failed: exit code 1");
  }

  private String resume(Call call) {
    if (kind == Kind.QEMU && !"suspended".equals(guest(call).lock())) {
      needRunning(call, "VM");
    }
    return task(
        call,
        "resume",
        (task, guest) -> {
          if (kind == Kind.LXC) {
            throw criu(guest, "-r");
          }
          if (guest.isRunning()) {
            guest.paused(false);
          } else {
            Power.start(call.cluster(), guest, task, false);
          }
        });
  }
}
