package pivm.engine.rails;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.rails.MoveAbility.Hindrance;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.PropertyString;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

/**
 * The devices of a VM that keep it on its node (qemu-server, src/PVE/QemuMigrate/Helpers.pm {@code
 * check_local_resources} and {@code check_non_migratable_resources}, src/PVE/QemuMigrate.pm {@code
 * prepare}): a node's device moves neither running nor stopped, a mapped one stopped, and running
 * only if its mapping says so, which the VM's configuration does not tell and which few do. HA
 * moves VMs with {@code force} (pve-ha-manager, src/PVE/HA/Resources/PVEVM.pm), which lets unmapped
 * devices pass.
 */
final class MovedDevices {
  private final GuestConfig config;
  private final boolean running;
  private final boolean forced;

  /**
   * @param forced whether HA moves it
   */
  MovedDevices(GuestConfig config, boolean running, boolean forced) {
    this.config = config;
    this.running = running;
    this.forced = forced;
  }

  List<Hindrance> hindrances() {
    var why = new TreeMap<String, String>();
    config
        .values()
        .forEach((key, value) -> {
          String one = device(key, value);
          if (one != null) {
            why.put(key, one);
          }
        });
    List<Hindrance> found = new ArrayList<>();
    for (Map.Entry<String, String> one : why.entrySet()) {
      found.add(
          new Hindrance(
              one.getKey(),
              one.getKey() + " " + one.getValue(),
              running ? "take it out, or stop the VM first" : "take it out first"));
    }
    return found;
  }

  private @Nullable String device(String key, String value) {
    return switch (key.replaceAll("\\d+$", "")) {
      case "usb" -> usb(key, value);
      case "hostpci" -> pci(key, value);
      case "serial" -> value.equals("socket") ? null : nodes("is a serial device of its node");
      case "parallel" -> nodes("is a parallel device of its node");
      case "hostusb" -> nodes("is a USB device of its node");
      case "ivshmem" -> nodes("is memory shared on its node");
      case "virtiofs" ->
          running ? "is a directory of its node, with which no running VM moves" : null;
      case "amd-sev", "intel-tdx" -> running && !forced ? "lets no running VM move" : null;
      default -> null;
    };
  }

  private @Nullable String nodes(String what) {
    return forced ? null : what;
  }

  private @Nullable String usb(String key, String value) {
    if ("spice".equalsIgnoreCase(part(key, value, "host"))) {
      return null;
    }
    if (part(key, value, "mapping") == null) {
      return nodes("is a USB device of its node");
    }
    return running ? "is a mapped USB device, with which no running VM moves" : null;
  }

  private @Nullable String pci(String key, String value) {
    if (part(key, value, "mapping") == null) {
      return nodes("is a PCI device of its node");
    }
    return running
        ? "is a mapped PCI device, with which a running VM only moves if its mapping is marked"
            + " live-migration-capable, which its configuration does not tell"
        : null;
  }

  private static @Nullable String part(String name, String value, String part) {
    GuestKey key = GuestKeys.of(GuestType.QEMU).find(name);
    return key == null ? null : PropertyString.parseLeniently(key, value).get(part);
  }
}
