package pivm.simulator.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
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
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Task;
import pivm.simulator.state.Volume;

/** Creates containers from templates, OCI archives and backups. */
final class LxcCreation {
  private final Call call;
  private final Cluster cluster;
  private final int vmid;
  private final String node;
  private final boolean restore;
  private final boolean force;
  private final boolean start;
  private final boolean haManaged;
  private final boolean unprivileged;
  private final boolean saysPrivilege;
  private final String archive;
  private final String storage;
  private final @Nullable String pool;
  private final Map<String, String> mounts = new TreeMap<>();
  private final Map<String, String> keys = new TreeMap<>();

  private LxcCreation(Call call) {
    this.call = call;
    this.cluster = call.cluster();
    cluster.checkQuorum();
    this.vmid = call.vmid();
    this.node = call.node();
    for (String name : List.of("node", "vmid", "bwlimit", "ignore-unpack-errors", "unique")) {
      call.take(name);
    }
    start = call.takeFlag("start");
    haManaged = call.takeFlag("ha-managed");
    restore = call.takeFlag("restore");
    force = call.takeFlag("force");
    saysPrivilege = call.has("unprivileged");
    unprivileged = saysPrivilege ? call.takeFlag("unprivileged") : !restore;
    archive = call.need("ostemplate");
    call.take("ostemplate");
    var given = call.take("storage");
    storage = given == null ? "local" : given;
    pool = call.take("pool");
  }

  static String request(Call call) {
    return new LxcCreation(call).run();
  }

  private String run() {
    if (!restore && !unprivileged) {
      call.permissions().check("/", "Sys.Modify");
    }
    if (haManaged) {
      call.permissions().check("/", "Sys.Console");
    }
    var old = cluster.findGuest(vmid);
    boolean replaces = old != null && old.kind() == Kind.LXC && restore && force;
    if (old != null && replaces) {
      if (old.isRunning()) {
        throw ApiError.die("can't overwrite running container");
      }
      old.checkProtection("unable to restore CT " + vmid);
    } else {
      cluster.checkFree(vmid, "");
    }
    call.take("password");
    var sshKeys = call.take("ssh-public-keys");
    if (sshKeys != null) {
      QemuConfig.checkPublicKeys(sshKeys);
    }
    checkRights();
    split();
    new LxcRights(call, vmid, pool, unprivileged, Map.of()).checkSet(call.rest());
    checkStorages();
    Guest guest = lockConfig(old);
    var config = new GuestConfig(Kind.LXC);
    LxcConfig.complete(cluster, keys);
    config.putAll(keys);
    if (unprivileged) {
      config.put("unprivileged", "1");
    }
    String prefix = "unable to " + (restore ? "restore" : "create") + " CT " + vmid + " - ";
    return call.task(
        node,
        restore ? "vzrestore" : "vzcreate",
        Integer.toString(vmid),
        task -> work(task, guest, config, prefix));
  }

  private void checkRights() {
    if (pool != null && !cluster.pools().containsKey(pool)) {
      throw ApiError.denied("pool '" + pool + "' does not exist");
    }
    var permissions = call.permissions();
    boolean allowed =
        permissions.may("/vms/" + vmid, "VM.Allocate")
            || (pool != null && permissions.may("/pool/" + pool, "VM.Allocate"))
            || (restore && force && permissions.may("/vms/" + vmid, "VM.Backup"));
    if (!allowed) {
      throw ApiError.denied(null);
    }
  }

  private void split() {
    for (var entry : call.rest().entrySet()) {
      if (Keys.isDrive(Kind.LXC, entry.getKey())) {
        boolean bare = entry.getValue().matches("\\d+(\\.\\d+)?");
        mounts.put(entry.getKey(), bare ? storage + ":" + entry.getValue() : entry.getValue());
      } else if (!Keys.isUnused(entry.getKey())) {
        keys.put(entry.getKey(), entry.getValue());
      }
    }
    if (!mounts.isEmpty() && !mounts.containsKey("rootfs")) {
      throw ApiError.die("mount points configured, but 'rootfs' not set - aborting");
    }
  }

  private void checkStorages() {
    int colon = archive.indexOf(':');
    if (colon > 0) {
      cluster.storages().get(archive.substring(0, colon));
    }
    for (String value : mounts.values()) {
      var id = Drive.parse(value).storage();
      if (id != null) {
        checkStorage(id);
      } else if (!call.isRoot()) {
        throw ApiError.die("Only root can pass arbitrary filesystem paths.");
      }
    }
    if (mounts.isEmpty()) {
      checkStorage(storage);
    }
  }

  private void checkStorage(String id) {
    var found = cluster.storages().enabled(id, node);
    if (!found.allows("rootdir")) {
      throw ApiError.parameter(
          "storage", "storage '" + id + "' does not support container directories");
    }
    call.permissions().check("/storage/" + id, "Datastore.AllocateSpace");
  }

  private Guest lockConfig(@Nullable Guest old) {
    if (old != null) {
      old.checkLock();
      old.config().put("lock", "create");
      return old;
    }
    var config = new GuestConfig(Kind.LXC);
    config.put("lock", "create");
    return cluster.addGuest(vmid, config, node);
  }

  private void work(Task task, Guest guest, GuestConfig config, String prefix) {
    boolean isNew = guest.config().values().size() == 1;
    List<String> made = new ArrayList<>();
    boolean[] done = {false};
    task.onEnd(() -> {
      if (!done[0]) {
        undo(guest, made, isNew);
      }
    });
    Volume source;
    try {
      if (restore) {
        task.log("recovering backed-up configuration from '" + archive + "'");
        recover(config);
      } else if (mounts.isEmpty()) {
        mounts.put("rootfs", storage + ":4");
      }
      for (var entry : mounts.entrySet()) {
        String value =
            LxcVolumes.create(cluster, node, vmid, entry.getKey(), entry.getValue(), task);
        config.put(entry.getKey(), value);
        if (Drive.parse(entry.getValue()).isRequest()) {
          made.add(Drive.parse(value).volume());
        }
      }
      source = source(task);
    } catch (ApiError e) {
      throw ApiError.die(prefix + e.text());
    }
    unpack(task, source, config);
    task.after(
        Pace.CREATE_CT,
        t -> {
          done[0] = true;
          if (!isNew) {
            Destruction.freeVolumes(cluster, guest, made);
          }
          config.remove("lock");
          guest.config().replaceWith(config.values());
          finish(t, guest);
        });
  }

  private Volume source(Task task) {
    var source = cluster.storages().find(node, archive);
    if (source == null) {
      task.log("volume '" + archive + "' does not exist");
      throw ApiError.die("volume '" + archive + "' does not exist");
    }
    if (source.size() < 100 && source.content().equals("vztmpl")) {
      task.log("extracting archive '" + path(source) + "'\n\ngzip: stdin: not in gzip format");
      task.log("tar: Child returned status 1\ntar: Error is not recoverable: exiting now");
      throw ApiError.die(
          "command 'lxc-usernsexec -m u:0:100000:65536 -m g:0:100000:65536 -- tar xpf - -z --totals"
              + " --one-file-system -p --sparse --numeric-owner --acls --xattrs"
              + " '--xattrs-include=user.*' '--xattrs-include=security.capability'"
              + " '--warning=no-file-ignored' '--warning=no-xattr-write' -C /var/lib/lxc/"
              + vmid
              + "/rootfs --skip-old-files --anchored --exclude './dev/*'' failed: exit code 2");
    }
    return source;
  }

  private String path(Volume volume) {
    return Volumes.storageOf(cluster, volume).pathOf(volume.name());
  }

  private void unpack(Task task, Volume source, GuestConfig config) {
    if (restore) {
      task.log("restoring '" + archive + "' now..");
      task.log("extracting archive '" + path(source) + "'");
      task.log("Total bytes read: 2539520 (2.5MiB, 149MiB/s)");
      task.log("merging backed-up and given configuration..");
      return;
    }
    boolean oci = source.format().equals("tar");
    task.log(oci ? "Detected OCI archive" : "extracting archive '" + path(source) + "'");
    if (!oci) {
      task.log("Total bytes read: 2201600 (2.1MiB, 132MiB/s)");
      task.log("Detected container architecture: amd64");
      String host = config.get("hostname", "CT" + vmid);
      for (String type : List.of("ed25519", "rsa", "ecdsa")) {
        task.log("Creating SSH host key 'ssh_host_" + type + "_key' - this may take some time ...");
        task.log("done: SHA256:" + cluster.random().secret() + " root@" + host);
      }
    } else if (!config.has("entrypoint")) {
      config.put("entrypoint", "/sbin/init");
    }
    setDefault(config, "arch", "amd64");
    setDefault(config, "ostype", osType(source.name()));
    setDefault(config, "hostname", "CT" + vmid);
    setDefault(config, "memory", "512");
    setDefault(config, "swap", "512");
  }

  private static void setDefault(GuestConfig config, String key, String value) {
    if (!config.has(key)) {
      config.put(key, value);
    }
  }

  private static String osType(String template) {
    String name = template.toLowerCase(Locale.ROOT);
    for (String type :
        List.of(
            "debian",
            "ubuntu",
            "alpine",
            "fedora",
            "centos",
            "archlinux",
            "opensuse",
            "gentoo",
            "nixos",
            "devuan")) {
      if (name.contains(type)) {
        return type;
      }
    }
    return name.contains("rocky") || name.contains("alma") ? "centos" : "unmanaged";
  }

  private void recover(GuestConfig config) {
    var saved = Volumes.need(cluster, node, archive).savedConfig();
    var original = ConfigText.read(Kind.LXC, saved == null ? "" : saved);
    boolean wantsMounts = mounts.isEmpty();
    original
        .values()
        .forEach((key, value) -> {
          if (Keys.isDrive(Kind.LXC, key)) {
            var drive = Drive.parse(value);
            if (wantsMounts && drive.storage() != null) {
              double size = (double) drive.size() / Sizes.GIB;
              mounts.put(key, drive.on(storage + ":" + plain(size)).without("size").print());
            }
          } else if (!Keys.isUnused(key)
              && !config.has(key)
              && !(key.equals("unprivileged") && saysPrivilege)) {
            config.put(key, value);
          }
        });
    if (!mounts.containsKey("rootfs")) {
      throw ApiError.die(
          "rootfs configuration could not be recovered, please check and specify manually!");
    }
  }

  private static String plain(double size) {
    return size == Math.rint(size) ? Long.toString((long) size) : Double.toString(size);
  }

  private void undo(Guest guest, List<String> made, boolean isNew) {
    made.forEach(volume -> Volumes.free(cluster, guest, volume));
    if (isNew) {
      cluster.removeGuest(guest);
    } else {
      guest.config().remove("lock");
    }
  }

  private void finish(Task task, Guest guest) {
    var target = pool == null ? null : cluster.pools().get(pool);
    if (target != null) {
      target.guests().add(vmid);
    }
    cluster.changed();
    if (start) {
      Power.startTask(cluster, guest, call.who());
    }
    if (haManaged) {
      task.log("Add as HA resource");
      Map<String, String> state = new LinkedHashMap<>();
      state.put("state", start ? "started" : "stopped");
      HaApi.add(cluster, "ct:" + vmid, state);
    }
  }
}
