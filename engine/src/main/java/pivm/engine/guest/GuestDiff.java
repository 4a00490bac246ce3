package pivm.engine.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import pivm.engine.inventory.Inventory;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.Setting;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.ValueComparison;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

/** All that differs between a declared guest's config keys and the config it has. */
final class GuestDiff {
  private static final Set<String> FIXED = Set.of("unprivileged", "arch");

  private final DesiredGuest desired;
  private final GuestConfig config;
  private final EffectRules effects;
  private final DiskComparison disks;
  private final SettingComparison settings;

  /**
   * @param running whether it will run when the changes are made
   */
  GuestDiff(DesiredGuest desired, GuestConfig config, Inventory inventory, boolean running) {
    this.desired = desired;
    this.config = config;
    this.effects = new EffectRules(config, running);
    this.disks = new DiskComparison(config, effects, new DiskFormats(inventory), running);
    this.settings = new SettingComparison(config, effects);
  }

  /** The differences, sorted by key. */
  List<Difference> differences() {
    List<Difference> found = new ArrayList<>();
    name(found);
    for (Map.Entry<String, Setting> entry : desired.settings().entrySet()) {
      compare(entry.getKey(), entry.getValue(), found);
    }
    cloudInitDrive(found);
    bootDevices(found);
    found.addAll(new Leftovers(desired, config).toPurge(found));
    return found;
  }

  private void name(List<Difference> found) {
    if (desired.hostname() != null) {
      String key = nameKey(desired.type());
      Difference difference =
          settings.of(GuestKeys.of(desired.type()).find(key), key, Setting.of(desired.hostname()));
      if (difference != null) {
        found.add(difference);
      }
    }
  }

  /** The key that holds a guest's name: {@code name} of a VM, {@code hostname} of a container. */
  static String nameKey(GuestType type) {
    return type == GuestType.QEMU ? "name" : "hostname";
  }

  private void compare(String name, Setting declared, List<Difference> found) {
    if (toTheLetter(name, declared)) {
      return;
    }
    GuestKey key = GuestKeys.of(desired.type()).find(name);
    if (key != null && FIXED.contains(name) && desired.type() == GuestType.LXC) {
      fixed(key, name, declared, found);
    } else if (key != null && key.holdsVolume()) {
      found.addAll(disks.of(key, name, declared));
    } else {
      Setting meant =
          key != null && name.equals("machine")
              ? PinnedMachine.asHeld(key, declared, desired, config)
              : declared;
      Difference difference = settings.of(key, name, meant);
      if (difference != null) {
        found.add(difference);
      }
    }
  }

  /** Most settings of most guests are, and need no reading then. */
  private boolean toTheLetter(String name, Setting declared) {
    return declared instanceof Setting.Value(String text)
        && text.equals(config.value(name))
        && text.equals(config.next(name));
  }

  private void fixed(GuestKey key, String name, Setting declared, List<Difference> found) {
    if (declared instanceof Setting.Value(String text)
        && !ValueComparison.same(key, text, config.next(name))) {
      String now = config.next(name);
      found.add(
          new Difference.Impossible(
              name,
              name
                  + " is "
                  + (now == null ? "not set" : now)
                  + " and fixed after creation ("
                  + text
                  + " declared); correct the manifest, or make the guest anew with 'pivm guest recreate "
                  + desired.vmid()
                  + "'"));
    }
  }

  /** Proxmox refuses a new boot order that names what is not there. */
  private void bootDevices(List<Difference> found) {
    boolean sent =
        found.stream()
            .anyMatch(
                difference -> difference instanceof Difference.Set set && set.key().equals("boot"));
    if (!sent || !(desired.settings().get("boot") instanceof Setting.Value(String order))) {
      return;
    }
    for (String device : BootOrder.devices(order)) {
      Setting declared = desired.settings().get(device);
      boolean there =
          declared instanceof Setting.Value
              || (declared == null && config.next(device) != null)
              || found.stream()
                  .anyMatch(difference ->
                      difference instanceof Difference.Set set && set.key().equals(device));
      if (!there) {
        found.add(
            new Difference.Impossible(
                "boot",
                "boot names "
                    + device
                    + ", which it will not have, and Proxmox refuses such an order; take it out of boot, or declare "
                    + device));
      }
    }
  }

  private void cloudInitDrive(List<Difference> found) {
    if (!desired.cloudInitDrive() || hasCloudInitDrive()) {
      return;
    }
    String name = CloudInitDrive.freeKey(desired, config);
    String storage = CloudInitDrive.storage(desired, config);
    if (name == null || storage == null) {
      found.add(
          new Difference.Impossible(
              "cloud_init",
              "there is no free IDE slot or no disk storage for its cloud-init drive; declare one in options, such as \"ide2\": \"STORAGE:cloudinit\""));
      return;
    }
    found.addAll(disks.of(keyOf(name), name, Setting.of(storage + ":cloudinit")));
  }

  private GuestKey keyOf(String name) {
    GuestKey key = GuestKeys.of(desired.type()).find(name);
    if (key == null) {
      throw new IllegalStateException("the key table lacks " + name);
    }
    return key;
  }

  private boolean hasCloudInitDrive() {
    return CloudInitDrive.present(config)
        || desired.settings().entrySet().stream()
            .anyMatch(entry ->
                entry.getValue() instanceof Setting.Value(String text)
                    && CloudInitDrive.is(entry.getKey(), text));
  }
}
