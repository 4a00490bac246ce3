package pivm.engine.guest;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.Setting;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

/**
 * Foretells a guest as it is once the plan's steps for it are done, for guests that the same plan
 * copies from it.
 */
final class Foretold {
  private Foretold() {}

  /**
   * What a new guest gets unasked, so that a copy that must not have it is told so (pve-container,
   * src/PVE/API2/LXC.pm; qemu-server, src/PVE/API2/Qemu.pm). Of what Proxmox makes up only that it
   * is there matters.
   */
  private static Map<String, String> madeUp(GuestType type) {
    return type == GuestType.LXC
        ? Map.of("swap", "512")
        : Map.of("boot", BootOrder.UNKNOWN, "smbios1", "uuid=00000000-0000-4000-8000-000000000000");
  }

  /** A guest that the plan makes. */
  static ObservedGuest made(
      DesiredGuest guest, String node, Map<String, Setting> settings, long memory) {
    var config =
        new GuestConfig(guest.type(), new TreeMap<>(madeUp(guest.type())), new TreeMap<>(), null);
    String name = guest.hostname() == null ? "" : guest.hostname();
    var made =
        new ObservedGuest(
            guest.type(),
            guest.vmid(),
            name,
            node,
            PowerState.STOPPED,
            false,
            null,
            memory,
            0,
            0,
            guest.pool(),
            new TreeSet<>(),
            null,
            config,
            null);
    return changed(guest, settings, made);
  }

  /** A guest that is there, with what its entry changes. */
  static ObservedGuest changed(
      DesiredGuest guest, Map<String, Setting> settings, ObservedGuest present) {
    GuestConfig config = present.config();
    if (config == null) {
      return present;
    }
    var values = new TreeMap<>(present.running() ? config.values() : config.nextValues());
    settings.forEach((key, setting) -> {
      String value = value(guest, key, setting, values.get(key));
      if (value == null) {
        values.remove(key);
      } else {
        values.put(key, value);
      }
    });
    boolean template = present.template() || guest.power() == DesiredGuest.Power.TEMPLATE;
    return new ObservedGuest(
        present.type(),
        present.vmid(),
        present.name(),
        present.node(),
        power(guest, present),
        template,
        present.lock(),
        present.maxMemory(),
        present.usedMemory(),
        present.uptime(),
        present.pool(),
        present.tags(),
        present.ha(),
        new GuestConfig(present.type(), values, new TreeMap<>(), null),
        present.snapshots());
  }

  private static PowerState power(DesiredGuest guest, ObservedGuest present) {
    return switch (guest.power()) {
      case RUNNING -> PowerState.RUNNING;
      case STOPPED, TEMPLATE -> PowerState.STOPPED;
      case ABSENT, UNMANAGED -> present.power();
    };
  }

  private static @Nullable String value(
      DesiredGuest guest, String key, Setting setting, @Nullable String present) {
    return switch (setting) {
      case Setting.Unset _ -> null;
      case Setting.Secret _ -> present;
      case Setting.Value(String text) ->
          DiskSetting.isDisk(guest.type(), key) ? disk(guest, key, text, present) : text;
    };
  }

  /** The declared disk in the form of a config; an open size is the present one. */
  private static String disk(
      DesiredGuest guest, String key, String text, @Nullable String present) {
    return switch (DiskSetting.parse(guest.type(), key, text)) {
      case DiskSetting.Allocate(String storage, Long bytes, var options) ->
          volume(guest, storage, bytes == null ? size(guest.type(), key, present) : bytes, options);
      case DiskSetting.Import(String storage, Long bytes, String _, var options) ->
          volume(guest, storage, bytes == null ? size(guest.type(), key, present) : bytes, options);
      case DiskSetting.Attach _,
          DiskSetting.CdRom _,
          DiskSetting.Passthrough _,
          DiskSetting.BindMount _ ->
          text;
    };
  }

  private static String volume(
      DesiredGuest guest,
      String storage,
      @Nullable Long bytes,
      java.util.SequencedMap<String, String> options) {
    String volume = storage + ":vm-" + guest.vmid() + "-disk-0";
    return new DiskSetting.Attach(volume, bytes, options).text();
  }

  private static @Nullable Long size(GuestType type, String key, @Nullable String present) {
    return present != null
            && DiskSetting.parse(type, key, present)
                instanceof DiskSetting.Attach(String _, Long bytes, var _)
        ? bytes
        : null;
  }
}
