package pivm.simulator;

import java.util.List;
import java.util.Map;
import pivm.simulator.config.Drive;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Sizes;
import pivm.simulator.state.Catalogue;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;

/** What a cluster has from the start. */
final class Seeding {
  private static final long DISK = 250 * Sizes.GIB;
  private static final String DEBIAN = "debian-13-standard_13.1-2_amd64.tar.zst";

  private Seeding() {}

  /** Local, thin, shared and backup storage, with a template and images on it. */
  static void standardStorages(Cluster cluster) {
    var storages = cluster.storages();
    var local =
        storages.define(
            "local",
            "dir",
            Map.of(
                "path",
                "/var/lib/vz",
                "content",
                "iso,vztmpl,backup,import,snippets,images,rootdir"),
            DISK);
    storages.define(
        "local-lvm",
        "lvmthin",
        Map.of("vgname", "pve", "thinpool", "data", "content", "images,rootdir"),
        4 * DISK);
    storages.define(
        "shared",
        "nfs",
        Map.of(
            "server", "10.213.8.5", "export", "/srv/pve", "content", "images,rootdir,iso,vztmpl"),
        16 * DISK);
    storages.define("ceph", "rbd", Map.of("pool", "rbd", "content", "images,rootdir"), 16 * DISK);
    offer(cluster);
    for (var node : cluster.nodes()) {
      storages.putFile(local, node.name(), "vztmpl", DEBIAN, "tzst", 123 * Sizes.MIB);
      storages.putFile(local, node.name(), "iso", "debian-13.iso", "iso", 700 * Sizes.MIB);
      storages.putFile(
          local, node.name(), "import", "debian-13-cloud.qcow2", "qcow2", 3 * Sizes.GIB);
    }
  }

  private static void offer(Cluster cluster) {
    for (String version : List.of("13.0-1", "13.1-2")) {
      String file = "debian-13-standard_" + version + "_amd64.tar.zst";
      cluster
          .catalogue()
          .appliances()
          .add(
              new Catalogue.Appliance(
                  "debian",
                  "debian-13-standard",
                  version,
                  file,
                  "http://download.proxmox.com/images/system/" + file,
                  "00".repeat(64)));
    }
    cluster
        .catalogue()
        .repositories()
        .put("docker.io/library/alpine", List.of("3.9", "3.22", "3.22.1", "edge", "latest"));
  }

  /** Makes the volumes that a guest's configuration names. */
  static void makeVolumes(Cluster cluster, Guest guest) {
    guest
        .config()
        .values()
        .forEach((key, value) -> {
          var drive = Drive.parse(value);
          var id = drive.storage();
          var storage = id == null ? null : cluster.storages().find(id);
          if (storage != null
              && Keys.holdsVolume(guest.kind(), key)
              && cluster.storages().find(guest.node(), drive.volume()) == null) {
            String name = drive.volume().substring(drive.volume().indexOf(':') + 1);
            String file = name.substring(name.lastIndexOf('/') + 1);
            int dot = storage.hasFiles() ? file.lastIndexOf('.') : -1;
            cluster
                .storages()
                .put(
                    storage,
                    guest.node(),
                    guest.kind(),
                    guest.vmid(),
                    dot < 0 ? file : file.substring(0, dot),
                    dot < 0
                        ? (file.startsWith("subvol") ? "subvol" : "raw")
                        : file.substring(dot + 1),
                    Math.max(drive.size(), 4 * Sizes.MIB));
          }
        });
  }
}
