package pivm.simulator.api;

import java.util.Map;
import java.util.TreeMap;
import pivm.simulator.config.Drive;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;

/** Puts pending changes into effect, as happens when a guest stops or starts. */
final class Pending {
  private Pending() {}

  static void apply(Cluster cluster, Guest guest) {
    var config = guest.config();
    if (!config.hasPending()) {
      return;
    }
    new TreeMap<>(config.pendingDelete())
        .forEach((key, force) -> {
          var value = config.get(key);
          if (value != null && Keys.isDrive(guest.kind(), key)) {
            Volumes.detach(cluster, guest, key, force);
          }
          config.keep(key);
          config.remove(key);
        });
    config.dropEmptyChanges();
    for (Map.Entry<String, String> change : new TreeMap<>(config.pending()).entrySet()) {
      String key = change.getKey();
      String value = change.getValue();
      if (guest.kind() == Kind.LXC && key.matches("mp\\d+") && Drive.parse(value).isRequest()) {
        value = LxcVolumes.create(cluster, guest.node(), guest.vmid(), key, value, null);
      }
      put(cluster, guest, key, value);
      config.removePending(key);
    }
    cluster.changed();
  }

  /** Sets a value; the volume that it replaces becomes unused. */
  static void put(Cluster cluster, Guest guest, String key, String value) {
    var config = guest.config();
    var old = config.get(key);
    config.put(key, value);
    if (old != null && Keys.isDrive(guest.kind(), key)) {
      Volumes.retire(cluster, guest, Drive.parse(old));
    }
    if (Keys.isDrive(guest.kind(), key)) {
      Volumes.forgetUnused(config, Drive.parse(value).volume());
    }
  }
}
