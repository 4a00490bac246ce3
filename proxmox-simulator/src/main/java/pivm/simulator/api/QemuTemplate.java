package pivm.simulator.api;

import pivm.simulator.config.Drive;
import pivm.simulator.config.Keys;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;

/** Turns guests into templates. */
final class QemuTemplate {
  private QemuTemplate() {}

  static String request(Call call) {
    var guest = QemuApi.guest(call);
    guest.checkLock();
    if (!guest.config().snapshotNames().isEmpty()) {
      throw ApiError.die("unable to create template, because VM contains snapshots");
    }
    if (guest.isTemplate() && !call.has("disk")) {
      throw ApiError.die("you can't convert a template to a template");
    }
    if (guest.isRunning()) {
      throw ApiError.die("you can't convert a VM to template if VM is running");
    }
    return call.task(
        "qmtemplate", guest, task -> task.after(Pace.QUICK, t -> convert(call.cluster(), guest)));
  }

  /** Makes all disks bases and marks the guest. */
  static void convert(Cluster cluster, Guest guest) {
    var config = guest.config();
    for (String key : java.util.List.copyOf(config.values().keySet())) {
      if (Keys.isDrive(guest.kind(), key)) {
        base(cluster, guest, key);
      }
    }
    config.put("template", "1");
    cluster.changed();
  }

  /** Makes one disk a base. */
  static void base(Cluster cluster, Guest guest, String key) {
    var config = guest.config();
    var drive = Drive.parse(config.get(key, "none"));
    if (drive.isCdrom() || drive.storage() == null) {
      return;
    }
    var volume = Volumes.need(cluster, guest.node(), drive.volume());
    var storage = Volumes.storageOf(cluster, volume);
    if (!volume.isBase() && !storage.type().equals("lvm")) {
      cluster.storages().makeBase(storage, guest.node(), volume);
    }
    config.put(key, drive.on(volume.id()).print());
  }
}
