package pivm.simulator.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Drive;
import pivm.simulator.config.GuestConfig;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;
import pivm.simulator.schema.ApiTable;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;

/** Changes a container's configuration (pve-container, {@code update_pct_config}). */
final class LxcConfig {
  private static final Set<String> FAST =
      Set.of(
          "cores",
          "description",
          "hookscript",
          "hostname",
          "onboot",
          "protection",
          "startup",
          "tags",
          "lock");

  /** Leaves a key pending. */
  private static final class Skip extends RuntimeException {
    Skip() {
      super(null, null, false, false);
    }
  }

  private final Call call;
  private final Cluster cluster;
  private final Guest guest;
  private final GuestConfig config;

  private LxcConfig(Call call, Guest guest) {
    this.call = call;
    this.cluster = call.cluster();
    this.guest = guest;
    this.config = guest.config();
  }

  static @Nullable Object update(Call call) {
    int vmid = call.vmid();
    String node = call.node();
    call.take("vmid");
    call.take("node");
    var digest = call.take("digest");
    if (call.rest().isEmpty()) {
      throw ApiError.die("no options specified");
    }
    var deletes = Call.list(call.take("delete"));
    var reverts = Call.list(call.take("revert"));
    var guest = call.cluster().guest(Kind.LXC, node, vmid);
    Locks.check(guest);
    guest.checkLock();
    if (digest != null && !digest.isEmpty() && !digest.equals(guest.config().digest())) {
      throw ApiError.die(
          "detected modified configuration - file changed by other user? Try again.");
    }
    new LxcConfig(call, guest).apply(deletes, reverts, new TreeMap<>(call.rest()));
    return null;
  }

  private void apply(List<String> deletes, List<String> reverts, Map<String, String> keys) {
    var rights =
        new LxcRights(call, guest.vmid(), null, config.flag("unprivileged"), config.values());
    rights.checkDelete(deletes);
    rights.checkDelete(reverts);
    checkNames(deletes, reverts, keys);
    rights.checkSet(keys);
    cluster.checkWritable(guest);
    // All or nothing: the file is only written when no key failed.
    var backup = config.copyOfValues();
    var pending = new TreeMap<>(config.pending());
    var pendingDelete = new TreeMap<>(config.pendingDelete());
    try {
      reverts.forEach(key -> {
        config.removePending(key);
        config.keep(key);
      });
      Set<String> modified = new TreeSet<>();
      deletes.forEach(key -> delete(key, modified));
      complete(cluster, keys);
      keys.forEach((key, value) -> set(key, value, modified));
      config.dropEmptyChanges();
      var errors = guest.isRunning() ? hotplug(modified) : coldPlug(modified);
      if (!errors.isEmpty()) {
        throw ApiError.parameters(errors);
      }
    } catch (ApiError e) {
      config.replaceWith(backup.values());
      List.copyOf(config.pending().keySet()).forEach(config::removePending);
      List.copyOf(config.pendingDelete().keySet()).forEach(config::keep);
      pending.forEach(config::putPending);
      pendingDelete.forEach(config::deleteLater);
      throw e;
    }
    cluster.changed();
  }

  private boolean isKnown(String key) {
    var method = ApiTable.get().method("PUT", LxcApi.ONE + "/config");
    return (method != null && method.knows(key)) || cluster.newerKeys().contains(key);
  }

  private void checkNames(List<String> deletes, List<String> reverts, Map<String, String> keys) {
    for (String key : reverts) {
      if (!isKnown(key)) {
        throw ApiError.parameter("revert", "unknown option '" + key + "'");
      }
      if (keys.containsKey(key)) {
        throw ApiError.parameter(
            "revert", "you can't use '-" + key + "' and '-revert " + key + "' at the same time");
      }
    }
    for (String key : deletes) {
      if (!isKnown(key)) {
        throw ApiError.parameter("delete", "unknown option '" + key + "'");
      }
      if (keys.containsKey(key)) {
        throw ApiError.parameter(
            "delete", "you can't use '-" + key + "' and -delete " + key + "' at the same time");
      }
      if (reverts.contains(key)) {
        throw ApiError.parameter(
            "delete",
            "you can't use '-delete " + key + "' and '-revert " + key + "' at the same time");
      }
    }
  }

  /** Writes networks and tags as Proxmox does. */
  static void complete(Cluster cluster, Map<String, String> keys) {
    var format = Power.network(Kind.LXC);
    for (var entry : keys.entrySet()) {
      if (Keys.isNet(entry.getKey())) {
        var net = new LinkedHashMap<>(format.parse(entry.getValue()));
        net.put("type", "veth");
        net.computeIfAbsent("hwaddr", k -> cluster.random().mac(cluster.macPrefix()));
        net.computeIfPresent("hwaddr", (k, mac) -> mac.toUpperCase(Locale.ROOT));
        entry.setValue(format.print(net));
      } else if (entry.getKey().equals("tags")) {
        entry.setValue(QemuConfig.tags(entry.getValue()));
      }
    }
  }

  private void delete(String key, Set<String> modified) {
    if (!config.has(key) && !config.pending().containsKey(key)) {
      return;
    }
    modified.add(key);
    switch (key) {
      case "memory", "rootfs", "ostype" ->
          throw ApiError.die("unable to delete required option '" + key + "'");
      case "unprivileged" -> throw ApiError.die("unable to delete read-only option: '" + key + "'");
      default -> {
        if (key.matches("(mp|unused)\\d+")) {
          guest.checkProtection("can't remove CT " + guest.vmid() + " drive '" + key + "'");
        }
        config.deleteLaterKeepingPending(key);
      }
    }
  }

  private void set(String key, String value, Set<String> modified) {
    modified.add(key);
    if (key.equals("unprivileged")) {
      throw ApiError.die("unable to modify read-only option: '" + key + "'");
    }
    if (Keys.isDrive(Kind.LXC, key)) {
      guest.checkProtection("can't update CT " + guest.vmid() + " drive '" + key + "'");
      var id = Drive.parse(value).storage();
      if (id != null && !cluster.storages().get(id).allows("rootdir")) {
        throw ApiError.die(
            "storage '" + id + "' does not allow content type 'rootdir' (Container)");
      }
    }
    config.putPending(key, value);
  }

  private Map<String, String> hotplug(Set<String> modified) {
    Map<String, String> errors = new LinkedHashMap<>();
    for (var entry : new TreeMap<>(config.pending()).entrySet()) {
      if (FAST.contains(entry.getKey()) && modified.contains(entry.getKey())) {
        live(entry.getKey(), entry.getValue());
      }
    }
    for (String key : new TreeSet<>(config.pendingDelete().keySet())) {
      if (modified.contains(key)) {
        attempt(errors, key, () -> deleteLive(key));
      }
    }
    for (var entry : new TreeMap<>(config.pending()).entrySet()) {
      if (modified.contains(entry.getKey())) {
        attempt(errors, entry.getKey(), () -> change(entry.getKey(), entry.getValue()));
      }
    }
    return errors;
  }

  private static void attempt(Map<String, String> errors, String key, Runnable work) {
    try {
      work.run();
    } catch (Skip skip) {
      return;
    } catch (ApiError e) {
      errors.put(key, "unable to hotplug " + key + ": " + e.text() + "\n");
    }
  }

  private void live(String key, String value) {
    config.put(key, value);
    config.removePending(key);
  }

  private void deleteLive(String key) {
    boolean live =
        FAST.contains(key)
            || Set.of("swap", "cpulimit", "cpuunits").contains(key)
            || key.matches("net\\d");
    if (Keys.isUnused(key)) {
      Volumes.free(cluster, guest, Drive.parse(config.get(key, "none")).volume());
    } else if (!live) {
      throw new Skip();
    }
    config.remove(key);
    config.keep(key);
  }

  private void change(String key, String value) {
    switch (key) {
      case "cpulimit", "cpuunits", "memory", "swap" -> live(key, value);
      default -> {
        if (Keys.isNet(key)) {
          live(key, value);
        } else if (key.matches("mp\\d+|dev\\d+") && !config.has(key)) {
          live(key, key.startsWith("mp") ? create(key, value) : value);
        } else {
          throw new Skip();
        }
      }
    }
  }

  private String create(String key, String value) {
    return LxcVolumes.create(cluster, guest.node(), guest.vmid(), key, value, null);
  }

  private Map<String, String> coldPlug(Set<String> modified) {
    for (String key : new TreeSet<>(config.pendingDelete().keySet())) {
      if (modified.contains(key)) {
        var value = config.remove(key);
        config.keep(key);
        if (value != null && key.matches("mp\\d+")) {
          Volumes.retire(cluster, guest, Drive.parse(value));
        } else if (value != null && Keys.isUnused(key)) {
          Volumes.free(cluster, guest, Drive.parse(value).volume());
        }
      }
    }
    for (var entry : new TreeMap<>(config.pending()).entrySet()) {
      if (modified.contains(entry.getKey())) {
        String key = entry.getKey();
        String value = key.matches("mp\\d+") ? create(key, entry.getValue()) : entry.getValue();
        config.removePending(key);
        Pending.put(cluster, guest, key, value);
      }
    }
    return Map.of();
  }
}
