package pivm.simulator.api;

import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Drive;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;

/** Whether all volumes of a guest allow snapshots or linked clones. */
final class Features {
  private Features() {}

  static boolean has(Cluster cluster, Guest guest, String feature, @Nullable String snapshot) {
    if (feature.equals("copy")) {
      return !(guest.kind() == Kind.LXC && guest.isRunning() && snapshot == null);
    }
    for (var entry : guest.config().values().entrySet()) {
      var drive = Drive.parse(entry.getValue());
      if (!Keys.isDrive(guest.kind(), entry.getKey()) || drive.isCdrom()) {
        continue;
      }
      var volume = cluster.storages().find(guest.node(), drive.volume());
      if (volume == null) {
        return false;
      }
      var storage = Volumes.storageOf(cluster, volume);
      boolean can =
          feature.equals("snapshot")
              ? storage.canSnapshot(volume.format())
              : storage.canLink(volume.format(), volume.isBase());
      if (!can) {
        return false;
      }
    }
    return true;
  }
}
