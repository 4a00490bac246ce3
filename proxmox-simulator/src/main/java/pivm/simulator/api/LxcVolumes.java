package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Drive;
import pivm.simulator.config.Kind;
import pivm.simulator.config.Sizes;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Storages;
import pivm.simulator.state.Task;

/** Makes the volumes that a container's request asks for. */
final class LxcVolumes {
  private static final long[] BACKUPS = {
    32_768, 98_304, 163_840, 229_376, 294_912, 819_200, 884_736, 1_605_632, 2_654_208, 4_096_000
  };

  private LxcVolumes() {}

  /**
   * Makes one volume.
   *
   * @return the value for the configuration
   */
  static String create(
      Cluster cluster, String node, int vmid, String key, String value, @Nullable Task task) {
    var drive = Drive.parse(value);
    var id = drive.storage();
    if (id == null) {
      return value;
    }
    if (!drive.isRequest()) {
      var volume = Volumes.need(cluster, node, drive.volume());
      return drive.with("size", Sizes.format(volume.size())).print();
    }
    var storage = cluster.storages().enabled(id, node);
    long size = drive.requestedBytes();
    var volume = cluster.storages().allocate(storage, node, Kind.LXC, vmid, null, size);
    if (task != null) {
      task.log(Storages.creationLine(storage, volume));
      if (!volume.format().equals("subvol")) {
        fileSystem(cluster, task, size);
      }
    }
    return drive.on(volume.id()).with("size", Sizes.format(size)).print();
  }

  /** What mkfs.ext4 says. */
  static void fileSystem(Cluster cluster, Task task, long size) {
    long blocks = size / 4096;
    task.log("Creating filesystem with " + blocks + " 4k blocks and " + blocks / 4 + " inodes");
    task.log("Filesystem UUID: " + cluster.random().uuid());
    task.log("Superblock backups stored on blocks: ");
    List<String> backups = new ArrayList<>();
    for (long backup : BACKUPS) {
      if (backup < blocks) {
        backups.add(Long.toString(backup));
      }
    }
    task.log("\t" + String.join(", ", backups));
  }
}
