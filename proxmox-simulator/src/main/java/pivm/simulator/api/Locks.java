package pivm.simulator.api;

import java.time.Duration;
import pivm.simulator.config.Kind;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Task;

/** The lock files of guests, which long tasks hold while they work. */
final class Locks {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration ROUND = Duration.ofSeconds(1);

  private Locks() {}

  private static ApiError timeout(Guest guest) {
    String folder = guest.kind() == Kind.QEMU ? "qemu-server/lock" : "lxc/pve-config";
    return ApiError.die(
        "can't lock file '/var/lock/" + folder + "-" + guest.vmid() + ".conf' - got timeout");
  }

  /** Refuses when the lock is held: who calls would wait in vain. */
  static void check(Guest guest) {
    if (guest.isFileLocked()) {
      throw timeout(guest);
    }
  }

  /** Holds the lock until the task ends. */
  static void hold(Guest guest, Task task) {
    guest.lockFile(task.upid());
    task.onEnd(() -> guest.unlockFile(task.upid()));
  }

  /** Does the work as soon as the lock is free, and gives up after ten seconds. */
  static void with(Guest guest, Task task, Task.Work work) {
    if (!guest.isFileLocked()) {
      work.run(task);
      return;
    }
    task.log("trying to acquire lock...");
    waitFor(guest, task, work, PATIENCE);
  }

  private static void waitFor(Guest guest, Task task, Task.Work work, Duration left) {
    task.after(
        ROUND,
        t -> {
          if (!guest.isFileLocked()) {
            t.log(" OK");
            work.run(t);
          } else if (left.compareTo(ROUND) <= 0) {
            throw timeout(guest);
          } else {
            waitFor(guest, t, work, left.minus(ROUND));
          }
        });
  }
}
