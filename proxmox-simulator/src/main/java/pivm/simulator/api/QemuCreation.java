package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.ConfigText;
import pivm.simulator.config.Drive;
import pivm.simulator.config.GuestConfig;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;
import pivm.simulator.config.Sizes;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Task;

/** Creates VMs, also from backups. */
final class QemuCreation {
  private final Call call;
  private final int vmid;
  private final String node;
  private final @Nullable String archive;
  private final @Nullable String pool;
  private final @Nullable String storage;
  private final boolean force;
  private final boolean start;
  private final boolean haManaged;
  private final boolean unique;

  private QemuCreation(Call call) {
    this.call = call;
    this.vmid = call.vmid();
    this.node = call.node();
    call.take("vmid");
    call.take("node");
    archive = call.take("archive");
    pool = call.take("pool");
    storage = call.take("storage");
    force = call.takeFlag("force");
    start = call.takeFlag("start");
    haManaged = call.takeFlag("ha-managed");
    unique = call.takeFlag("unique");
    call.take("bwlimit");
    call.take("live-restore");
    call.take("import-working-storage");
  }

  static String request(Call call) {
    return new QemuCreation(call).run();
  }

  private String run() {
    var cluster = call.cluster();
    var keys = new TreeMap<>(call.rest());
    QemuConfig.checkSshKeys(keys.get("sshkeys"));
    cluster.checkQuorum();
    if (pool != null && !cluster.pools().containsKey(pool)) {
      throw ApiError.denied("pool '" + pool + "' does not exist");
    }
    checkRights();
    if (keys.containsKey("cdrom")) {
      keys.put("ide2", keys.remove("cdrom"));
    }
    QemuDrives.check(call, keys, storage);
    var rights = new QemuRights(call, vmid, pool);
    rights.check(keys.keySet());
    keys.forEach(rights::checkDevice);
    QemuConfig.completeNetworks(cluster, keys);
    String what = archive == null ? "create" : "restore";
    String prefix = "unable to " + what + " VM " + vmid + " - ";
    Guest guest = lockConfig(prefix);
    return call.task(
        node,
        archive == null ? "qmcreate" : "qmrestore",
        Integer.toString(vmid),
        task -> work(task, guest, keys, prefix));
  }

  private void checkRights() {
    var permissions = call.permissions();
    if (storage != null) {
      permissions.check("/storage/" + storage, "Datastore.AllocateSpace");
    }
    if (haManaged) {
      permissions.check("/", "Sys.Console");
    }
    if (start) {
      permissions.checkGuest(vmid, pool, "VM.PowerMgmt");
    }
    boolean allowed =
        permissions.may("/vms/" + vmid, "VM.Allocate")
            || (pool != null && permissions.may("/pool/" + pool, "VM.Allocate"))
            || (archive != null && force && permissions.may("/vms/" + vmid, "VM.Backup"));
    if (!allowed) {
      throw ApiError.denied(null);
    }
  }

  private Guest lockConfig(String prefix) {
    var cluster = call.cluster();
    var old = cluster.findGuest(vmid);
    if (old != null && archive != null && force && old.kind() == Kind.QEMU) {
      old.checkProtection(prefix.substring(0, prefix.length() - 3));
      if (old.isRunning()) {
        throw ApiError.die(prefix + "vm is running");
      }
      return old;
    }
    cluster.checkFree(vmid, prefix);
    var config = new GuestConfig(Kind.QEMU);
    config.put("lock", "create");
    return cluster.addGuest(vmid, config, node);
  }

  private void work(Task task, Guest guest, Map<String, String> keys, String prefix) {
    boolean isNew = guest.config().values().size() == 1;
    List<String> made = new ArrayList<>();
    boolean[] done = {false};
    task.onEnd(() -> {
      if (!done[0]) {
        undo(guest, made, isNew);
      }
    });
    GuestConfig config;
    try {
      config = archive == null ? build(task, keys, made) : restore(task, guest, keys, made);
    } catch (ApiError e) {
      throw ApiError.die(prefix + e.text());
    }
    task.after(
        archive == null ? Pace.CREATE_VM : Pace.copy(size(config), 0),
        t -> {
          done[0] = true;
          guest.config().replaceWith(config.values());
          finish(t, guest);
        });
  }

  private static long size(GuestConfig config) {
    return config.values().entrySet().stream()
        .filter(e -> Keys.isDrive(Kind.QEMU, e.getKey()))
        .mapToLong(e -> Figures.size(e.getValue()))
        .sum();
  }

  private void undo(Guest guest, List<String> made, boolean isNew) {
    made.forEach(volume -> Volumes.free(call.cluster(), guest, volume));
    if (isNew) {
      call.cluster().removeGuest(guest);
    } else {
      guest.config().remove("lock");
    }
  }

  private GuestConfig build(Task task, Map<String, String> keys, List<String> made) {
    var cluster = call.cluster();
    var config = new GuestConfig(Kind.QEMU);
    config.putAll(keys);
    for (String key : List.copyOf(config.values().keySet())) {
      if (Keys.isDrive(Kind.QEMU, key)) {
        String asked = config.get(key, "");
        String value = QemuDrives.create(cluster, node, vmid, key, asked, task);
        config.put(key, value);
        if (Drive.parse(asked).isRequest() || asked.contains(":cloudinit")) {
          made.add(Drive.parse(value).volume());
        }
      }
    }
    QemuConfig.normalize(cluster, config);
    long now = cluster.time().seconds();
    config.put("meta", "creation-qemu=10.0.13,ctime=" + now);
    if (!config.has("boot")) {
      String order = defaultBoot(config);
      if (!order.isEmpty()) {
        config.put("boot", "order=" + order);
      }
    }
    if (!config.has("smbios1")) {
      config.put("smbios1", "uuid=" + cluster.random().uuid());
    }
    if (!config.has("vmgenid") || "1".equals(config.get("vmgenid"))) {
      config.put("vmgenid", cluster.random().uuid());
    }
    pinMachine(config);
    return config;
  }

  /** Windows keeps the machine version with which it was installed. */
  private static void pinMachine(GuestConfig config) {
    if (config.get("ostype", "other").matches("w.*")) {
      String machine = config.get("machine", "pc");
      if (machine.equals("pc") || machine.equals("q35")) {
        config.put("machine", (machine.equals("q35") ? "pc-q35-" : "pc-i440fx-") + "10.0+pve1");
      }
    }
  }

  private static String defaultBoot(GuestConfig config) {
    List<String> order = new ArrayList<>();
    add(order, config, false);
    add(order, config, true);
    for (int i = 0; i < 32; i++) {
      if (config.has("net" + i)) {
        order.add("net" + i);
        break;
      }
    }
    return String.join(";", order);
  }

  private static void add(List<String> order, GuestConfig config, boolean cdrom) {
    for (String bus : List.of("ide", "scsi", "virtio", "sata")) {
      for (int i = 0; i < 31; i++) {
        var value = config.get(bus + i);
        if (value != null
            && Drive.parse(value).isCdrom() == cdrom
            && !Drive.parse(value).isCloudInit()) {
          order.add(bus + i);
          return;
        }
      }
    }
  }

  private GuestConfig restore(Task task, Guest guest, Map<String, String> keys, List<String> made) {
    var cluster = call.cluster();
    String id = archive == null ? "" : archive;
    var backup = Volumes.need(cluster, node, id);
    var saved = backup.savedConfig();
    task.log("restore vma archive: " + id);
    var config = ConfigText.read(Kind.QEMU, saved == null ? "" : saved);
    for (String key : List.copyOf(config.values().keySet())) {
      var drive = Drive.parse(config.get(key, ""));
      if (Keys.isDrive(Kind.QEMU, key) && !drive.isCdrom() && drive.storage() != null) {
        String target = storage != null ? storage : drive.storage();
        String request =
            drive.on(target + ":" + Math.max(1, drive.size() / Sizes.GIB)).without("size").print();
        String value = QemuDrives.create(cluster, node, vmid, key, request, task);
        made.add(Drive.parse(value).volume());
        config.put(key, value);
      } else if (Keys.isUnused(key)) {
        config.remove(key);
      }
    }
    config.putAll(keys);
    if (unique) {
      QemuClone.renew(cluster, config);
    }
    if (guest.config().values().size() > 1) {
      Destruction.freeVolumes(cluster, guest, made);
    }
    config.remove("lock");
    return config;
  }

  private void finish(Task task, Guest guest) {
    var cluster = call.cluster();
    var target = pool == null ? null : cluster.pools().get(pool);
    if (target != null) {
      target.guests().add(vmid);
    }
    cluster.changed();
    if (haManaged) {
      task.log("Add as HA resource");
      HaApi.add(cluster, "vm:" + vmid, Map.of("state", start ? "started" : "stopped"));
    }
    if (start) {
      task.log("Execute autostart");
      cluster
          .tasks()
          .start(
              node,
              "qmstart",
              Integer.toString(vmid),
              call.who(),
              t -> Power.start(cluster, guest, t, false));
    }
  }
}
