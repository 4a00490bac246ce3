package pivm.simulator.api;

import java.util.List;
import pivm.simulator.config.Drive;
import pivm.simulator.config.GuestConfig;
import pivm.simulator.config.Keys;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Storages;
import pivm.simulator.state.Volume;

/** What becomes of volumes that a guest's configuration no longer names. */
final class Volumes {
  private Volumes() {}

  /** Takes a drive out of the configuration; its volume becomes unused, or is destroyed. */
  static void detach(Cluster cluster, Guest guest, String key, boolean force) {
    var value = guest.config().remove(key);
    if (value == null) {
      return;
    }
    var drive = Drive.parse(value);
    if (force && !drive.isCdrom()) {
      free(cluster, guest, drive.volume());
    } else {
      retire(cluster, guest, drive);
    }
  }

  /**
   * Keeps the volume of a drive that is gone as {@code unusedN}; a cloud-init drive is destroyed.
   */
  static void retire(Cluster cluster, Guest guest, Drive drive) {
    if (drive.isCloudInit()) {
      if (!Storages.isUsed(guest.config(), drive.volume(), null)) {
        free(cluster, guest, drive.volume());
      }
      return;
    }
    var volume = drive.isCdrom() ? null : cluster.storages().find(guest.node(), drive.volume());
    if (volume == null
        || volume.owner() != guest.vmid()
        || isNamed(guest.config(), drive.volume())) {
      return;
    }
    for (int i = 0; i < 256; i++) {
      if (!guest.config().has("unused" + i)) {
        guest.config().put("unused" + i, drive.volume());
        return;
      }
    }
    throw ApiError.die("Too many unused volumes - please delete them first.");
  }

  /** Whether the values in effect or to come name the volume, snapshots aside. */
  private static boolean isNamed(GuestConfig config, String volumeId) {
    for (var values : List.of(config.values(), config.pending())) {
      for (var entry : values.entrySet()) {
        if (Keys.holdsVolume(config.kind(), entry.getKey())
            && Drive.parse(entry.getValue()).volume().equals(volumeId)) {
          return true;
        }
      }
    }
    return false;
  }

  static void forgetUnused(GuestConfig config, String volumeId) {
    for (String key : List.copyOf(config.values().keySet())) {
      if (Keys.isUnused(key) && volumeId.equals(config.get(key))) {
        config.remove(key);
      }
    }
  }

  /** Destroys a volume if the guest owns it. */
  static void free(Cluster cluster, Guest guest, String volumeId) {
    var volume = cluster.storages().find(guest.node(), volumeId);
    if (volume != null && volume.owner() == guest.vmid()) {
      cluster.storages().free(storageOf(cluster, volume), guest.node(), volume);
    }
  }

  static pivm.simulator.state.Storage storageOf(Cluster cluster, Volume volume) {
    return cluster.storages().get(volume.id().substring(0, volume.id().indexOf(':')));
  }

  /** The volume behind a configuration value; refuses when it is not there. */
  static Volume need(Cluster cluster, String node, String volumeId) {
    int colon = volumeId.indexOf(':');
    if (colon > 0) {
      cluster.storages().enabled(volumeId.substring(0, colon), node);
    }
    var volume = cluster.storages().find(node, volumeId);
    if (volume == null) {
      throw ApiError.die("volume '" + volumeId + "' does not exist");
    }
    return volume;
  }
}
