package pivm.simulator.api;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import pivm.simulator.config.Drive;
import pivm.simulator.config.GuestConfig;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;
import pivm.simulator.state.Guest;

/**
 * Puts into effect what can change while a VM runs; the rest stays pending (qemu-server, {@code
 * vmconfig_hotplug_pending}).
 */
final class QemuHotplug {
  private static final Set<String> FAST =
      Set.of(
          "description",
          "hookscript",
          "lock",
          "migrate_downtime",
          "migrate_speed",
          "name",
          "onboot",
          "protection",
          "shares",
          "startup",
          "tags",
          "vmstatestorage",
          "cicustom",
          "cipassword",
          "citype",
          "ciupgrade",
          "ciuser",
          "nameserver",
          "searchdomain",
          "sshkeys");
  private static final List<String> FIXED_DRIVE_OPTIONS =
      List.of("aio", "discard", "iothread", "queues", "product", "cache", "ssd", "vendor", "ro");
  private static final Set<String> DEFAULT_FEATURES = Set.of("network", "disk", "usb");

  /** Leaves a key pending. */
  private static final class Skip extends RuntimeException {
    Skip() {
      super(null, null, false, false);
    }
  }

  private final Cluster cluster;
  private final Guest guest;
  private final GuestConfig config;
  private final Set<String> features;

  QemuHotplug(Cluster cluster, Guest guest) {
    this.cluster = cluster;
    this.guest = guest;
    this.config = guest.config();
    this.features = features(config.get("hotplug", "1"));
  }

  private static Set<String> features(String text) {
    return switch (text) {
      case "0" -> Set.of();
      case "1" -> DEFAULT_FEATURES;
      default -> Set.copyOf(Arrays.asList(text.split("[,; ]+")));
    };
  }

  static boolean isFast(String key) {
    return FAST.contains(key) || key.matches("ipconfig\\d+");
  }

  /**
   * Applies what can be applied.
   *
   * @return reasons by key for what failed
   */
  Map<String, String> apply(Set<String> modified) {
    Map<String, String> errors = new LinkedHashMap<>();
    for (var entry : new TreeMap<>(config.pending()).entrySet()) {
      if (isFast(entry.getKey())) {
        config.put(entry.getKey(), entry.getValue());
        config.removePending(entry.getKey());
      }
    }
    for (var entry : new TreeMap<>(config.pendingDelete()).entrySet()) {
      if (modified.contains(entry.getKey())) {
        attempt(errors, entry.getKey(), () -> delete(entry.getKey(), entry.getValue()));
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
      errors.put(key, "hotplug problem - " + e.text() + "\n");
    }
  }

  private void need(String feature) {
    if (!features.contains(feature)) {
      throw new Skip();
    }
  }

  private void unplug(String key) {
    if (!guest.isCooperative()) {
      String device =
          key.startsWith("scsi") && "virtio-scsi-single".equals(config.get("scsihw"))
              ? "virtioscsi" + key.substring(4)
              : key;
      throw ApiError.die("error on hot-unplugging device '" + device + "' - still busy in guest?");
    }
  }

  private void delete(String key, boolean force) {
    if (isFast(key) || key.equals("cpuunits") || key.equals("cpulimit")) {
      done(key);
    } else if (Keys.isNet(key)) {
      need("network");
      unplug(key);
      done(key);
    } else if (Keys.isDrive(Kind.QEMU, key)) {
      deleteDrive(key, force);
    } else if (key.equals("balloon")) {
      if ("0".equals(config.get("balloon"))) {
        throw new Skip();
      }
      done(key);
    } else if (key.equals("hotplug")) {
      if (config.get("hotplug", "").matches(".*(cpu|memory).*")) {
        throw new Skip();
      }
      done(key);
    } else if (key.equals("tablet")) {
      need("usb");
      done(key);
    } else if (key.startsWith("usb")) {
      needUsbDevices();
      done(key);
    } else if (key.equals("vcpus")) {
      need("cpu");
      done(key);
    } else if (key.equals("memory")) {
      need("memory");
      done(key);
    } else {
      throw new Skip();
    }
  }

  private void deleteDrive(String key, boolean force) {
    if (!features.contains("disk") || key.matches("(efidisk|ide|sata|tpmstate)\\d+")) {
      throw new Skip();
    }
    if (key.equals(guest.bootDisk())) {
      throw ApiError.die("can't unplug bootdisk '" + key + "'");
    }
    unplug(key);
    Volumes.detach(cluster, guest, key, force);
    config.keep(key);
  }

  private void done(String key) {
    config.remove(key);
    config.keep(key);
  }

  private void change(String key, String value) {
    if (Keys.isNet(key)) {
      network(key, value);
    } else if (Keys.isDrive(Kind.QEMU, key)) {
      drive(key, Drive.parse(value));
    } else if (key.equals("cpuunits") || key.equals("cpulimit")) {
      live(key, value);
    } else if (key.equals("balloon")) {
      boolean was = !"0".equals(config.get("balloon"));
      if (was == value.equals("0")) {
        throw new Skip();
      }
      live(key, value);
    } else if (key.equals("agent")) {
      agent(value);
    } else if (key.equals("hotplug")) {
      if ((value + config.get("hotplug", "")).matches(".*(memory|cpu).*")) {
        throw new Skip();
      }
      live(key, value);
    } else if (key.equals("tablet")) {
      need("usb");
      live(key, value);
    } else if (key.startsWith("usb")) {
      needUsbDevices();
      live(key, value);
    } else if (key.equals("vcpus")) {
      need("cpu");
      live(key, value);
    } else if (key.equals("memory")) {
      need("memory");
      if (!config.flag("numa")) {
        throw ApiError.die("memory hotplug requires NUMA to be enabled");
      }
      live(key, value);
    } else {
      throw new Skip();
    }
  }

  private void live(String key, String value) {
    config.put(key, value);
    config.removePending(key);
  }

  private void needUsbDevices() {
    need("usb");
    if (!config.get("ostype", "other").matches("l26|win(8|10|11)")) {
      throw new Skip();
    }
  }

  private void agent(String value) {
    var old = config.get("agent");
    if (old == null || !withoutTrim(old).equals(withoutTrim(value))) {
      throw new Skip();
    }
    live("agent", value);
  }

  private static String withoutTrim(String agent) {
    return agent.replaceAll(",?fstrim_cloned_disks=\\d", "").replace("enabled=", "");
  }

  private void network(String key, String value) {
    var old = config.get(key);
    if (old == null) {
      need("network");
      live(key, value);
      return;
    }
    var format = Power.network(Kind.QEMU);
    var before = format.parse(old);
    var after = format.parse(value);
    boolean replaces =
        List.of("model", "macaddr", "queues", "mtu").stream()
                .anyMatch(part -> !Objects.equals(before.get(part), after.get(part)))
            || !before.containsKey("bridge")
            || !after.containsKey("bridge");
    if (replaces) {
      need("network");
      unplug(key);
    }
    live(key, value);
  }

  private void drive(String key, Drive drive) {
    if (key.matches("efidisk0|tpmstate0")) {
      throw new Skip();
    }
    var text = config.get(key);
    boolean coldBus = key.matches("(ide|sata)\\d+");
    if (text == null) {
      plug(key, drive, coldBus);
      return;
    }
    var old = Drive.parse(text);
    if (old.isCdrom() && drive.isCdrom()) {
      replace(key, drive);
    } else if (old.volume().equals(drive.volume())) {
      for (String option : FIXED_DRIVE_OPTIONS) {
        if (!Objects.equals(old.option(option), drive.option(option))) {
          throw new Skip();
        }
      }
      live(key, drive.print());
    } else {
      if (!features.contains("disk") || coldBus) {
        throw new Skip();
      }
      unplug(key);
      replace(key, drive);
    }
  }

  private void plug(String key, Drive drive, boolean coldBus) {
    if (!features.contains("disk") || coldBus) {
      throw new Skip();
    }
    replace(key, drive);
  }

  private void replace(String key, Drive drive) {
    config.removePending(key);
    Pending.put(cluster, guest, key, drive.print());
  }
}
