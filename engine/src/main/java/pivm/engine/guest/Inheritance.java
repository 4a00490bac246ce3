package pivm.engine.guest;

import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.DiskSetting;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.PropertyString;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

/**
 * Foretells a copy's config: the source's without what is its own (pve-container and qemu-server,
 * {@code clone_vm}).
 */
final class Inheritance {
  private static final Set<String> NOT_COPIED =
      Set.of("template", "lock", "parent", "digest", "snaptime", "vmgenid", "smbios1", "meta");

  private final GuestType type;
  private final @Nullable String storage;

  /**
   * @param storage where the copy's volumes go; null for where the source's are
   */
  Inheritance(GuestType type, @Nullable String storage) {
    this.type = type;
    this.storage = storage;
  }

  /**
   * @param source null, or without config, for one that is not known: nothing is inherited
   */
  GuestConfig of(@Nullable ObservedGuest source) {
    var values = new TreeMap<String, String>();
    GuestConfig config = source == null ? null : source.config();
    if (config != null) {
      config
          .values()
          .forEach((name, text) -> {
            if (!NOT_COPIED.contains(name) && !name.startsWith("unused")) {
              values.put(name, inherited(name, text));
            }
          });
    }
    return new GuestConfig(type, values, new TreeMap<>(), null);
  }

  private String inherited(String name, String text) {
    if (DiskSetting.isDisk(type, name)) {
      return moved(name, text);
    }
    GuestKey key = GuestKeys.of(type).find(name);
    return key != null && key.pattern().equals("net[n]")
        ? PropertyString.parseLeniently(key, text)
            .with("macaddr", null)
            .with("hwaddr", null)
            .print()
        : text;
  }

  private String moved(String name, String text) {
    try {
      DiskSetting disk = DiskSetting.parse(type, name, text);
      String present = disk.storage();
      return storage != null && disk instanceof DiskSetting.Attach && present != null
          ? storage + text.substring(present.length())
          : text;
    } catch (IllegalArgumentException unreadable) {
      return text;
    }
  }
}
