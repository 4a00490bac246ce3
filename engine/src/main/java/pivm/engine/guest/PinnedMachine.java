package pivm.engine.guest;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.Setting;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.PropertyString;
import pivm.proxmox.schema.GuestKey;

/**
 * Proxmox writes the newest version of a machine type that is named without one when the VM's
 * system is Windows (qemu-server, src/PVE/QemuServer/Machine.pm {@code
 * check_and_pin_machine_string}). That is what was asked for then, whatever the version.
 */
final class PinnedMachine {
  private static final String TYPE = "type";
  private static final Map<String, String> FAMILIES =
      Map.of("pc", "pc-i440fx-", "q35", "pc-q35-", "virt", "virt-");

  private PinnedMachine() {}

  /** The setting of {@code machine}, with the version that the VM has where it names none. */
  static Setting asHeld(GuestKey key, Setting declared, DesiredGuest desired, GuestConfig config) {
    String held = config.next(key.pattern());
    if (!(declared instanceof Setting.Value(String text)) || held == null) {
      return declared;
    }
    String type = PropertyString.parseLeniently(key, held).get(TYPE);
    PropertyString wanted = PropertyString.parseLeniently(key, text);
    String family = FAMILIES.get(String.valueOf(wanted.get(TYPE)));
    return windows(desired, config) && family != null && type != null && type.startsWith(family)
        ? Setting.of(wanted.with(TYPE, type).print())
        : declared;
  }

  private static boolean windows(DesiredGuest desired, GuestConfig config) {
    String system = config.next("ostype");
    return system != null
        && isWindows(system)
        && isWindows(
            desired.settings().get("ostype") instanceof Setting.Value(String text) ? text : system);
  }

  /** Proxmox's names of Windows versions, and only they, begin with w. */
  static boolean isWindows(@Nullable String system) {
    return system != null && system.startsWith("w");
  }
}
