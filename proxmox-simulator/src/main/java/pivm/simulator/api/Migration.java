package pivm.simulator.api;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Drive;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Storages;
import pivm.simulator.state.Task;
import pivm.simulator.state.Volume;

/** Moves guests between nodes. */
final class Migration {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss ").withZone(ZoneOffset.UTC);

  private final Cluster cluster;
  private final Guest guest;
  private final String from;
  private final String target;
  private final long began;
  private final @Nullable String targetStorage;
  private final MigrationScan scan;

  /** Whether HA moves it, which lets devices of the node pass. */
  private final boolean forced;

  private Migration(
      Cluster cluster,
      Guest guest,
      String target,
      @Nullable String targetStorage,
      boolean withLocalDisks,
      boolean forced) {
    this.cluster = cluster;
    this.guest = guest;
    this.from = guest.node();
    this.target = target;
    this.targetStorage = targetStorage;
    this.scan = new MigrationScan(cluster, guest, target, targetStorage, withLocalDisks);
    this.forced = forced;
    this.began = cluster.time().seconds();
  }

  static Doc conditions(Call call, Guest guest) {
    List<String> others = new ArrayList<>();
    for (var node : call.cluster().nodes()) {
      if (!node.name().equals(guest.node())) {
        others.add(node.name());
      }
    }
    var doc = new Doc().put("running", guest.isRunning() ? 1 : 0);
    if (guest.kind() == Kind.LXC) {
      return doc.put("allowed-nodes", others).put("not-allowed-nodes", new Doc());
    }
    var notAllowed = new Doc();
    others.forEach(node -> notAllowed.put(node, new Doc()));
    return doc.put("allowed_nodes", others)
        .put("not_allowed_nodes", notAllowed)
        .put("local_disks", localDisks(call.cluster(), guest))
        .put("local_resources", MigrationScan.localDevices(guest))
        .put(
            "mapped-resources",
            MigrationScan.mappedDevices(guest).stream()
                .map(one -> one.substring(0, one.indexOf(':')))
                .toList())
        .put("mapped-resource-info", new Doc())
        .put("has-dbus-vmstate", 1);
  }

  private static List<Doc> localDisks(Cluster cluster, Guest guest) {
    List<Doc> disks = new ArrayList<>();
    guest
        .config()
        .values()
        .forEach((key, value) -> {
          var drive = Drive.parse(value);
          var volume = cluster.storages().find(guest.node(), drive.volume());
          if (Keys.isDrive(guest.kind(), key)
              && volume != null
              && !Volumes.storageOf(cluster, volume).isShared()) {
            disks.add(
                new Doc()
                    .put("volid", volume.id())
                    .put("drivename", key)
                    .put("size", volume.size())
                    .put("cdrom", drive.isCdrom() ? 1 : 0)
                    .put("is_cloudinit", drive.isCloudInit() ? 1 : 0)
                    .put("is_attached", 1)
                    .put("is_unused", 0)
                    .put("is_vmstate", 0)
                    .put("is_tpmstate", key.equals("tpmstate0") ? 1 : 0)
                    .put("replicate", 1)
                    .put("shared", 0));
          }
        });
    return disks;
  }

  static String request(Call call, Guest guest) {
    String target = call.need("target");
    if (target.equals(guest.node())) {
      throw ApiError.parameter("target", "target is local node.");
    }
    call.cluster().node(target);
    boolean online = call.flag("online");
    boolean vm = guest.kind() == Kind.QEMU;
    if (guest.isRunning() && vm && !online) {
      throw ApiError.die("can't migrate running VM without --online");
    }
    if (guest.isRunning() && !vm && !online && !call.flag("restart")) {
      throw ApiError.die("can't migrate running container without --online or --restart");
    }
    String targetStorage = targetStorage(call);
    boolean withLocalDisks = call.flag("with-local-disks");
    new MigrationScan(call.cluster(), guest, target, targetStorage, withLocalDisks).request();
    var ha = call.cluster().haOf(guest);
    if (ha != null) {
      return call.task(
          "hamigrate",
          guest,
          task -> {
            task.log(
                "Requesting HA migration for "
                    + guest.kind().label()
                    + " "
                    + guest.vmid()
                    + " to node "
                    + target);
            task.after(Pace.QUICK, t -> HaApi.later(call.cluster(), ha, guest, target));
          });
    }
    var migration =
        new Migration(call.cluster(), guest, target, targetStorage, withLocalDisks, false);
    return migration.start(call.who()).upid();
  }

  private static @Nullable String targetStorage(Call call) {
    var storage = call.get(call.has("targetstorage") ? "targetstorage" : "target-storage");
    return storage == null || storage.equals("1") || storage.contains(":") ? null : storage;
  }

  /** Starts the migration that HA has decided on (pve-ha-manager, src/PVE/HA/Resources). */
  static Task byHa(Cluster cluster, Guest guest, String target) {
    return new Migration(cluster, guest, target, null, true, true).start("root@pam");
  }

  private Task start(String who) {
    return cluster
        .tasks()
        .start(
            guest.node(),
            guest.kind() == Kind.QEMU ? "qmigrate" : "vzmigrate",
            Integer.toString(guest.vmid()),
            who,
            task -> orAborted(task, () -> prepare(task)));
  }

  /** Whatever it dies of stands in the log alone. */
  private void orAborted(Task task, Runnable work) {
    try {
      work.run();
    } catch (ApiError error) {
      log(task, "ERROR: migration aborted (duration " + duration() + "): " + error.getMessage());
      throw ApiError.die("migration aborted");
    }
  }

  private String duration() {
    long seconds = cluster.time().seconds() - began;
    return String.format("%02d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  private void log(Task task, @Nullable String line) {
    if (line != null) {
      task.log(STAMP.format(cluster.time().now()) + line);
    }
  }

  private void prepare(Task task) {
    guest.checkLock();
    if (guest.kind() == Kind.QEMU) {
      scan.devices(forced);
    }
    scan.mountPoints();
    var node = cluster.node(target);
    if (!node.isOnline() || node.unreachable() != null) {
      throw ApiError.die("Can't connect to destination address using public key");
    }
    boolean restarts = guest.kind() == Kind.LXC && guest.isRunning();
    guest.config().put("lock", "migrate");
    task.onEnd(() -> guest.config().remove("lock"));
    if (restarts) {
      log(task, "shutdown CT " + guest.vmid());
      task.after(
          Pace.STOP,
          t -> {
            Power.halt(cluster, guest);
            orAborted(t, () -> move(t, true));
          });
    } else {
      move(task, false);
    }
  }

  private void move(Task task, boolean restarts) {
    log(
        task,
        "starting migration of "
            + guest.kind().label()
            + " "
            + guest.vmid()
            + " to node '"
            + target
            + "' ("
            + cluster.node(target).address()
            + ")");
    scan.volumes(line -> log(task, line));
    List<Volume> local = new ArrayList<>();
    long bytes = 0;
    for (var volume : cluster.storages().ownedBy(from, guest.vmid())) {
      var storage = Volumes.storageOf(cluster, volume);
      if (!storage.isShared()) {
        cluster.storages().enabled(targetStorage == null ? storage.id() : targetStorage, target);
        local.add(volume);
        bytes += volume.size();
        log(
            task,
            guest.kind() == Kind.QEMU
                ? "found local disk '" + volume.id() + "' (attached)"
                : "found local volume '" + volume.id() + "' (in current VM config)");
      }
    }
    if (!local.isEmpty() && guest.kind() == Kind.QEMU) {
      log(task, "copying local disk images");
    }
    task.after(
        Pace.copy(bytes / 2, 0).plus(Pace.MIGRATE),
        t -> {
          for (var volume : local) {
            carry(t, volume);
          }
          if (guest.kind() == Kind.LXC) {
            log(t, "start final cleanup");
          }
          guest.config().remove("lock");
          cluster.moveGuest(guest, target);
          if (guest.isRunning()) {
            cluster.startProcessKeepingTime(guest);
          }
          if (restarts) {
            log(t, "start container on target node");
            cluster.startProcess(guest);
          }
          log(t, "migration finished successfully (duration " + duration() + ")");
          t.after(Duration.ofMillis(200), end -> {});
        });
  }

  private void carry(Task task, Volume volume) {
    String old = volume.id();
    var storage = Volumes.storageOf(cluster, volume);
    log(task, Storages.creationLine(storage, volume));
    if (targetStorage == null || targetStorage.equals(storage.id())) {
      cluster.storages().carry(storage, volume, from, target);
    } else {
      var to = cluster.storages().enabled(targetStorage, target);
      var made =
          cluster.storages().allocate(to, target, guest.kind(), guest.vmid(), null, volume.size());
      cluster.storages().free(storage, from, volume);
      rename(old, made.id());
    }
    log(task, "successfully imported '" + volume.id() + "'");
    log(task, "volume '" + old + "' is '" + volume.id() + "' on the target");
  }

  private void rename(String old, String now) {
    for (String key : List.copyOf(guest.config().values().keySet())) {
      var drive = Drive.parse(guest.config().get(key, "none"));
      if (Keys.holdsVolume(guest.kind(), key) && drive.volume().equals(old)) {
        guest.config().put(key, drive.on(now).print());
      }
    }
  }
}
