package pivm.simulator.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Drive;
import pivm.simulator.config.GuestConfig;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;
import pivm.simulator.schema.ApiTable;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;
import pivm.simulator.state.Task;

/** Changes a VM's configuration, in the order of qemu-server's {@code update_vm_api}. */
final class QemuConfig {
  private final Call call;
  private final Cluster cluster;
  private final int vmid;
  private final String node;
  private final @Nullable String digest;
  private final boolean skipLock;
  private final boolean force;
  private final List<String> deletes;
  private final List<String> reverts;
  private final Map<String, String> keys;

  private QemuConfig(Call call) {
    this.call = call;
    this.cluster = call.cluster();
    this.vmid = call.vmid();
    this.node = call.node();
    call.take("node");
    call.take("vmid");
    digest = call.take("digest");
    call.take("background_delay");
    call.take("import-working-storage");
    call.take("skip_cloud_init");
    skipLock = call.takeFlag("skiplock");
    if (skipLock && !call.isRoot()) {
      throw ApiError.parameter("skiplock", "Only root may use this option.");
    }
    var delete = call.take("delete");
    var revert = call.take("revert");
    force = call.takeFlag("force");
    keys = new TreeMap<>(call.rest());
    checkSshKeys(keys.get("sshkeys"));
    deletes = new ArrayList<>(Call.list(delete));
    reverts = new ArrayList<>(Call.list(revert));
    if (deletes.isEmpty() && reverts.isEmpty() && keys.isEmpty()) {
      throw ApiError.die("no options specified");
    }
    prepare();
  }

  static @Nullable Object update(Call call, Supplier<Guest> guest, @Nullable Task task) {
    var change = new QemuConfig(call);
    change.apply(guest, task);
    return null;
  }

  static String updateAsTask(Call call) {
    var arguments = new StringBuilder("update VM " + call.vmid() + ":");
    var shown = new TreeMap<>(call.rest());
    shown.keySet().removeAll(Set.of("node", "vmid", "digest", "background_delay"));
    shown.forEach((key, value) ->
        arguments.append(" -" + key + " " + (key.equals("cipassword") ? "<hidden>" : value)));
    String node = call.node();
    int vmid = call.vmid();
    var change = new QemuConfig(call);
    change.load(() -> call.cluster().guest(Kind.QEMU, node, vmid));
    return call.task(
        node,
        "qmconfig",
        Integer.toString(vmid),
        task -> {
          task.log(arguments.toString());
          change.apply(() -> call.cluster().guest(Kind.QEMU, node, vmid), task);
          task.after(Pace.QUICK, t -> {});
        });
  }

  /** Refuses keys that are none; null and empty text are fine. */
  static void checkSshKeys(@Nullable String urlEncoded) {
    if (urlEncoded == null) {
      return;
    }
    String text =
        java.net.URLDecoder.decode(
            urlEncoded.replace("+", "%2B"), java.nio.charset.StandardCharsets.UTF_8);
    checkPublicKeys(text);
  }

  static void checkPublicKeys(String text) {
    for (String line : text.split("\n")) {
      if (!line.isBlank()
          && !line.startsWith("#")
          && !line.matches(
              "(.* )?(ssh-(rsa|dss|ed25519)|ecdsa-\\S+|sk-\\S+) [A-Za-z0-9+/=]{16,}( .*)?")) {
        throw ApiError.die("SSH public key validation error");
      }
    }
  }

  private boolean isKnown(String key) {
    var method = ApiTable.get().method("PUT", QemuApi.ONE + "/config");
    return (method != null && method.knows(key))
        || cluster.newerKeys().contains(key)
        || Set.of("vmstate", "runningmachine", "runningcpu", "parent", "meta").contains(key);
  }

  private void prepare() {
    if (keys.containsKey("cdrom")) {
      keys.put("ide2", keys.getOrDefault("cdrom", "none"));
      keys.remove("cdrom");
    }
    deletes.replaceAll(key -> key.equals("cdrom") ? "ide2" : key);
    for (String key : reverts) {
      if (!isKnown(key)) {
        throw ApiError.parameter("revert", "unknown option '" + key + "'");
      }
      if (keys.containsKey(key)) {
        throw ApiError.parameter(
            "delete", "you can't use '-" + key + "' and -revert " + key + "' at the same time");
      }
    }
    for (String key : deletes) {
      if (keys.containsKey(key)) {
        throw ApiError.parameter(
            "delete", "you can't use '-" + key + "' and -delete " + key + "' at the same time");
      }
      if (reverts.contains(key)) {
        throw ApiError.parameter(
            "revert",
            "you can't use '-delete " + key + "' and -revert " + key + "' at the same time");
      }
      if (!isKnown(key)) {
        throw ApiError.parameter("delete", "unknown option '" + key + "'");
      }
    }
    completeNetworks(cluster, keys);
    checkHookScript();
    var rights = new QemuRights(call, vmid, null);
    rights.check(deletes);
    rights.check(keys.keySet());
    QemuDrives.check(call, keys, null);
  }

  private void checkHookScript() {
    var script = keys.get("hookscript");
    if (script != null && cluster.storages().find(node, script) == null) {
      throw ApiError.parameter("hookscript", "script '" + script + "' does not exist\n");
    }
  }

  /** Gives network devices without MAC address one, and writes them as Proxmox does. */
  static void completeNetworks(Cluster cluster, Map<String, String> keys) {
    var format = Power.network(Kind.QEMU);
    for (var entry : keys.entrySet()) {
      if (Keys.isNet(entry.getKey())) {
        var device = new LinkedHashMap<>(format.parse(entry.getValue()));
        device.computeIfAbsent("macaddr", k -> cluster.random().mac(cluster.macPrefix()));
        device.computeIfPresent("macaddr", (k, mac) -> mac.toUpperCase(Locale.ROOT));
        entry.setValue(format.print(device));
      }
    }
  }

  /** Tags sorted and once each; the password hashed; the generation id made. */
  static void normalize(Cluster cluster, GuestConfig config) {
    var tags = config.get("tags");
    if (tags != null) {
      config.put("tags", tags(tags));
    }
    var password = config.get("cipassword");
    if (password != null) {
      config.put("cipassword", hash(cluster, password));
    }
  }

  static String tags(String text) {
    var tags = new TreeSet<String>();
    Call.list(text).forEach(tag -> tags.add(tag.toLowerCase(Locale.ROOT)));
    return String.join(";", tags);
  }

  private static String hash(Cluster cluster, String password) {
    if (password.matches("\\$(?:[156]|2[ay])(\\$.+){2}")) {
      return password;
    }
    String salt = cluster.random().secret().replaceAll("[+=]", ".").substring(0, 8);
    String digest =
        pivm.simulator.config.Digests.sha1(salt + password)
            + pivm.simulator.config.Digests.sha1(password);
    return "$5$" + salt + "$" + digest.substring(0, 43);
  }

  /** Loads the VM and refuses what its state does not allow. */
  private Guest load(Supplier<Guest> supplier) {
    var guest = supplier.get();
    var config = guest.config();
    if (digest != null && !digest.isEmpty() && !digest.equals(config.digest())) {
      throw ApiError.die("checksum mismatch (file change by other user?)");
    }
    boolean wakes = deletes.contains("vmstate") && "suspended".equals(guest.lock());
    if (!skipLock && !wakes) {
      guest.checkLock();
    }
    Locks.check(guest);
    cluster.checkWritable(guest);
    checkBalloon(config);
    return guest;
  }

  private void checkBalloon(GuestConfig config) {
    if (!keys.containsKey("memory") && !keys.containsKey("balloon")) {
      return;
    }
    String memory = keys.getOrDefault("memory", config.get("memory", "512"));
    var pendingMemory = config.pending().get("memory");
    if (!keys.containsKey("memory") && pendingMemory != null) {
      memory = pendingMemory;
    }
    String balloon = keys.getOrDefault("balloon", config.get("balloon", "0"));
    if (Long.parseLong(balloon) > Long.parseLong(memory.replace("current=", ""))) {
      throw ApiError.die("balloon value too large (must be smaller than assigned memory)");
    }
  }

  private void apply(Supplier<Guest> supplier, @Nullable Task task) {
    var guest = load(supplier);
    var config = guest.config();
    for (String key : reverts) {
      var current = config.get(key);
      if (current != null) {
        config.removePending(key);
        config.keep(key);
      } else if (config.pending().containsKey(key)) {
        dropPending(guest, key);
      }
    }
    var boot = new BootOrder(config);
    Set<String> modified = new TreeSet<>();
    for (String key : deletes) {
      delete(guest, key, boot, modified);
    }
    checkBoot(config);
    for (var entry : keys.entrySet()) {
      set(guest, entry.getKey(), entry.getValue(), boot, modified, task);
    }
    config.dropEmptyChanges();
    finish(guest, modified);
  }

  private void dropPending(Guest guest, String key) {
    var value = guest.config().removePending(key);
    if (value != null && Keys.isDrive(Kind.QEMU, key)) {
      Volumes.retire(cluster, guest, Drive.parse(value));
    }
  }

  private void finish(Guest guest, Set<String> modified) {
    cluster.changed();
    if (!guest.config().hasPending()) {
      return;
    }
    if (guest.isRunning()) {
      var errors = new QemuHotplug(cluster, guest).apply(modified);
      cluster.changed();
      if (!errors.isEmpty()) {
        throw ApiError.parameters(errors);
      }
    } else {
      Pending.apply(cluster, guest);
    }
  }

  private void delete(Guest guest, String key, BootOrder boot, Set<String> modified) {
    var config = guest.config();
    String value = config.get(key);
    boolean isPending = config.pending().containsKey(key);
    if (value == null && !isPending) {
      return;
    }
    modified.add(key);
    String shown = value == null ? config.pending().getOrDefault(key, "") : value;
    config.removePending(key);
    if (boot.remove(key)) {
      modified.add("boot");
    }
    var rights = new QemuRights(call, vmid, null);
    if (Keys.isUnused(key)) {
      guest.checkProtection("can't remove unused disk '" + shown + "'");
      call.permissions().checkGuest(vmid, null, "VM.Config.Disk");
      deallocate(guest, key, shown);
    } else if (key.equals("vmstate")) {
      guest.checkProtection("can't remove vmstate '" + shown + "'");
      Volumes.free(cluster, guest, shown);
      config.remove(key);
      if ("suspended".equals(config.get("lock"))) {
        config.remove("lock");
        Hibernation.RUNNING.forEach(config::remove);
      }
    } else if (Keys.isDrive(Kind.QEMU, key)) {
      guest.checkProtection("can't remove drive '" + key + "'");
      rights.checkDrive(shown);
      if (isPending) {
        Volumes.retire(cluster, guest, Drive.parse(shown));
      }
      config.deleteLater(key, force);
    } else if (key.equals("tags")) {
      config.remove(key);
    } else {
      rights.checkDevice(key, shown);
      config.deleteLater(key, force);
    }
  }

  private void deallocate(Guest guest, String key, String value) {
    String volume = Drive.parse(value).volume();
    if (pivm.simulator.state.Storages.isUsed(guest.config(), volume, key)) {
      throw ApiError.die("unable to delete '" + volume + "' - volume is still in use (snapshot?)");
    }
    Volumes.free(cluster, guest, volume);
    guest.config().remove(key);
  }

  private void checkBoot(GuestConfig config) {
    var boot = keys.get("boot");
    if (boot == null || !boot.startsWith("order=")) {
      return;
    }
    for (String device : boot.substring("order=".length()).split("[;,]")) {
      boolean exists =
          config.has(device) || config.pending().containsKey(device) || keys.containsKey(device);
      if (!device.isEmpty() && (!exists || deletes.contains(device))) {
        throw ApiError.die("invalid bootorder: device '" + device + "' does not exist'");
      }
    }
  }

  private void set(
      Guest guest,
      String key,
      String value,
      BootOrder boot,
      Set<String> modified,
      @Nullable Task task) {
    var config = guest.config();
    modified.add(key);
    if (value.equals(config.pending().get(key))) {
      return;
    }
    var rights = new QemuRights(call, vmid, null);
    if (Keys.isDrive(Kind.QEMU, key)) {
      rights.checkDrive(value);
      dropPending(guest, key);
      config.putPending(
          key, based(guest, QemuDrives.create(cluster, node, vmid, key, value, task)));
      if (Drive.parse(value).isCdrom() && !Drive.parse(value).isCloudInit() && boot.append(key)) {
        modified.add("boot");
      }
    } else if (key.equals("cipassword")) {
      config.keep(key);
      config.put(key, hash(cluster, value));
    } else {
      rights.checkDevice(key, value);
      config.putPending(key, normal(config, key, value));
    }
  }

  /** A template's new disk becomes a base, as its others are. */
  private String based(Guest guest, String made) {
    var drive = Drive.parse(made);
    if (!guest.isTemplate() || drive.isCdrom() || drive.storage() == null) {
      return made;
    }
    var volume = Volumes.need(cluster, node, drive.volume());
    if (!volume.isBase()) {
      cluster.storages().makeBase(Volumes.storageOf(cluster, volume), node, volume);
    }
    return drive.on(volume.id()).print();
  }

  private String normal(GuestConfig config, String key, String value) {
    return switch (key) {
      case "tags" -> tags(value);
      case "vmgenid" -> value.equals("1") ? cluster.random().uuid() : value;
      case "boot" -> {
        if (value.startsWith("order=") && config.has("bootdisk")) {
          config.deleteLater("bootdisk", false);
        }
        yield value.startsWith("order=") ? value.replace(',', ';') : value;
      }
      default -> value;
    };
  }
}
