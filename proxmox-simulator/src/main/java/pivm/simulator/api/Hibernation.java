package pivm.simulator.api;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import pivm.simulator.config.Kind;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Storage;
import pivm.simulator.state.Storages;
import pivm.simulator.state.Task;
import pivm.simulator.state.Volume;

/** Saved memory: of hibernated VMs and of snapshots with RAM. */
final class Hibernation {
  /** Keys that a saved state carries with it. */
  static final List<String> RUNNING =
      List.of("runningmachine", "runningcpu", "running-nets-host-mtu");

  private static final long OVERHEAD = 500L << 20;

  private Hibernation() {}

  /** Where the VM's memory is saved: as configured, else beside its first disk. */
  private static Storage storage(Cluster cluster, Guest guest) {
    var configured = guest.config().get("vmstatestorage");
    if (configured != null) {
      return cluster.storages().enabled(configured, guest.node());
    }
    for (var entry : guest.config().values().entrySet()) {
      var storage = pivm.simulator.config.Drive.parse(entry.getValue()).storage();
      if (pivm.simulator.config.Keys.isDrive(Kind.QEMU, entry.getKey())
          && storage != null
          && !pivm.simulator.config.Drive.parse(entry.getValue()).isCdrom()) {
        return cluster.storages().enabled(storage, guest.node());
      }
    }
    return cluster.storages().enabled("local", guest.node());
  }

  /** Makes the volume that takes the memory. */
  static Volume save(Cluster cluster, Guest guest, String name, Task task) {
    var storage = storage(cluster, guest);
    var volume =
        cluster
            .storages()
            .put(
                storage,
                guest.node(),
                Kind.QEMU,
                guest.vmid(),
                "vm-" + guest.vmid() + "-state-" + name,
                "raw",
                guest.memory() * 2 + OVERHEAD);
    task.log(Storages.creationLine(storage, volume));
    return volume;
  }

  /** Saves the memory and stops the VM. */
  static void suspend(Cluster cluster, Guest guest, Task task) {
    guest.checkLock();
    guest.config().put("lock", "suspending");
    var day = LocalDate.ofInstant(cluster.time().now(), ZoneOffset.UTC);
    var volume = save(cluster, guest, "suspend-" + day, task);
    guest.config().put("vmstate", volume.id());
    describe(guest).forEach(guest.config()::put);
    task.after(
        Pace.SHUTDOWN,
        t -> {
          t.log("State saved, quitting");
          guest.config().put("lock", "suspended");
          guest.stopped();
          cluster.changed();
        });
  }

  /** What a saved state remembers of the running VM. */
  static java.util.Map<String, String> describe(Guest guest) {
    var keys = new java.util.TreeMap<String, String>();
    keys.put("runningmachine", guest.config().get("machine", "pc-i440fx-10.0"));
    keys.put("runningcpu", "0".equals(guest.config().get("kvm")) ? "qemu64" : "kvm64");
    if (guest.config().has("net0")) {
      keys.put("running-nets-host-mtu", "net0=1500");
    }
    return keys;
  }

  /** Takes up a hibernated VM's memory again. */
  static void wake(Cluster cluster, Guest guest, Task task) {
    var state = guest.config().remove("vmstate");
    guest.config().remove("lock");
    RUNNING.forEach(guest.config()::remove);
    var volume = state == null ? null : cluster.storages().find(guest.node(), state);
    if (volume != null) {
      task.log("activating and using '" + volume.id() + "' as vmstate");
      var storage = cluster.storages().get(volume.id().substring(0, volume.id().indexOf(':')));
      cluster.storages().free(storage, guest.node(), volume);
    }
    task.log("Resumed VM, removing state");
  }
}
