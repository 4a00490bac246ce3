package pivm.simulator.api;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import pivm.simulator.config.Drive;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;

/** Destroys guests with their volumes. */
final class Destruction {
  private Destruction() {}

  static String request(Call call, Guest guest) {
    boolean vm = guest.kind() == Kind.QEMU;
    if (call.flag("skiplock") && !call.isRoot()) {
      throw ApiError.parameter("skiplock", "Only root may use this option.");
    }
    boolean purge = call.flag("purge");
    if (!vm) {
      checkContainer(call, guest);
    } else {
      guest.checkProtection("can't remove VM " + guest.vmid());
    }
    if (call.cluster().haOf(guest) != null && !purge) {
      throw ApiError.die(
          "unable to remove "
              + guest.kind().label()
              + " "
              + guest.vmid()
              + " - used in HA resources and purge parameter not set.");
    }
    if (vm && guest.isRunning()) {
      throw ApiError.die("VM " + guest.vmid() + " is running - destroy failed");
    }
    boolean unreferenced = call.flag("destroy-unreferenced-disks");
    return call.task(
        vm ? "qmdestroy" : "vzdestroy",
        guest,
        task ->
            Locks.with(
                guest,
                task,
                t -> {
                  if (!call.flag("skiplock")) {
                    guest.checkLock();
                  }
                  if (guest.isRunning() && !call.flag("force")) {
                    throw ApiError.die("VM " + guest.vmid() + " is running - destroy failed");
                  }
                  checkBases(call.cluster(), guest);
                  t.after(
                      Pace.DESTROY,
                      end -> {
                        if (purge) {
                          end.log(
                              "purging "
                                  + guest.kind().label()
                                  + " "
                                  + guest.vmid()
                                  + " from related configurations..");
                          purge(call.cluster(), guest);
                        }
                        destroy(call.cluster(), guest, unreferenced);
                      });
                }));
  }

  private static void checkContainer(Call call, Guest guest) {
    guest.checkProtection("can't remove CT " + guest.vmid());
    if (!call.flag("force")) {
      guest.checkLock();
    }
    if (guest.isRunning() && !call.flag("force")) {
      throw ApiError.die("unable to destroy CT " + guest.vmid() + " - container is running");
    }
  }

  private static void checkBases(Cluster cluster, Guest guest) {
    for (String volumeId : volumeIds(guest)) {
      var volume = cluster.storages().find(guest.node(), volumeId);
      if (volume != null && volume.isBase()) {
        var storage = Volumes.storageOf(cluster, volume);
        boolean used =
            storage.space(guest.node()).volumes().stream()
                .anyMatch(v -> volume.name().equals(v.parent()));
        if (used) {
          throw ApiError.die("base volume '" + volume.id() + "' is still in use by linked cloned");
        }
      }
    }
  }

  private static Set<String> volumeIds(Guest guest) {
    var ids = new TreeSet<String>();
    collect(guest, guest.config().values(), ids);
    collect(guest, guest.config().pending(), ids);
    guest.config().snapshots().forEach(s -> collect(guest, s, ids));
    return ids;
  }

  private static void collect(Guest guest, Map<String, String> values, Set<String> ids) {
    values.forEach((key, value) -> {
      if (Keys.holdsVolume(guest.kind(), key)) {
        var drive = Drive.parse(value);
        if (!drive.isCdrom() || drive.isCloudInit()) {
          ids.add(drive.volume());
        }
      }
    });
  }

  /** Frees all volumes that the guest owns, but those. */
  static void freeVolumes(Cluster cluster, Guest guest, List<String> except) {
    for (String id : volumeIds(guest)) {
      if (!except.contains(id)) {
        Volumes.free(cluster, guest, id);
      }
    }
  }

  private static void destroy(Cluster cluster, Guest guest, boolean unreferenced) {
    guest.stopped();
    freeVolumes(cluster, guest, List.of());
    if (unreferenced) {
      for (var volume : cluster.storages().ownedBy(guest.node(), guest.vmid())) {
        cluster.storages().free(Volumes.storageOf(cluster, volume), guest.node(), volume);
      }
    }
    cluster.access().entries().stream()
        .filter(e -> e.path().equals("/vms/" + guest.vmid()))
        .toList()
        .forEach(cluster.access()::revoke);
    cluster.removeGuest(guest);
  }

  private static void purge(Cluster cluster, Guest guest) {
    var ha = cluster.haOf(guest);
    if (ha != null) {
      cluster.haResources().remove(ha.sid());
      HaRuleApi.forget(cluster, ha.sid());
    }
    for (var job : cluster.backupJobs().values()) {
      job.computeIfPresent(
          "vmid",
          (key, list) -> {
            var ids = Call.list(list);
            ids.remove(Integer.toString(guest.vmid()));
            return String.join(",", ids);
          });
    }
  }
}
