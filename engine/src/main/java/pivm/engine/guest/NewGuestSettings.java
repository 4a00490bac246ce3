package pivm.engine.guest;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.Origin;
import pivm.engine.manifest.Setting;
import pivm.proxmox.GuestType;

/**
 * The settings that a new guest starts with: what is declared, and what a guest needs to be of use
 * where the manifest leaves it open.
 */
final class NewGuestSettings {
  private static final String DEFAULT_STORAGE = "local";
  private static final int DEFAULT_GIB = 8;

  private NewGuestSettings() {}

  static SortedMap<String, Setting> of(DesiredGuest guest) {
    var settings = new TreeMap<String, Setting>(guest.settings());
    settings.values().removeIf(Setting.Unset.class::isInstance);
    settings.keySet().removeIf(key -> key.startsWith("unused"));
    rootDisk(guest, settings);
    if (guest.type() == GuestType.QEMU) {
      medium(guest, settings);
      controller(guest, settings);
    }
    return settings;
  }

  private static void rootDisk(DesiredGuest guest, SortedMap<String, Setting> settings) {
    String key = guest.type() == GuestType.LXC ? "rootfs" : "scsi0";
    if (!(settings.get(key) instanceof Setting.Value)
        && !(guest.settings().get(key) instanceof Setting.Unset)
        && (guest.type() == GuestType.LXC || !declaresDisk(settings))) {
      settings.put(key, Setting.of(defaultDisk(guest)));
    }
    if (guest.origin() instanceof Origin.DiskImage(String image)
        && settings.get(key) instanceof Setting.Value(String text)
        && DiskSetting.parse(guest.type(), key, text)
            instanceof DiskSetting.Allocate(String storage, Long bytes, var options)) {
      boolean sizeDeclared = guest.settings().containsKey(key) || namesSize(guest);
      settings.put(
          key,
          Setting.of(
              new DiskSetting.Import(storage, sizeDeclared ? bytes : null, image, options).text()));
    }
  }

  private static boolean declaresDisk(Map<String, Setting> settings) {
    return settings.entrySet().stream()
        .anyMatch(entry ->
            entry.getValue() instanceof Setting.Value(String text)
                && isBootDisk(entry.getKey(), text));
  }

  private static boolean isBootDisk(String name, String text) {
    return name.matches("(scsi|virtio|sata|ide)\\d+")
        && !(DiskSetting.parse(GuestType.QEMU, name, text) instanceof DiskSetting.CdRom);
  }

  private static String defaultDisk(DesiredGuest guest) {
    String storage = guest.defaultStorage();
    if (storage == null) {
      return DEFAULT_STORAGE + ":" + DEFAULT_GIB;
    }
    return namesSize(guest) ? storage : storage + ":" + DEFAULT_GIB;
  }

  private static boolean namesSize(DesiredGuest guest) {
    String storage = guest.defaultStorage();
    return storage != null && storage.indexOf(':') >= 0 && !storage.endsWith(":");
  }

  /** The ISO image in IDE slot 2 as Proxmox's own page does, then the cloud-init drive. */
  private static void medium(DesiredGuest guest, SortedMap<String, Setting> settings) {
    if (guest.origin() instanceof Origin.Iso(String image)
        && settings.values().stream().noneMatch(setting -> names(setting, image))) {
      String slot = CloudInitDrive.freeKey(guest, settings);
      if (slot != null) {
        settings.put(slot, Setting.of(image + ",media=cdrom"));
      }
    }
    boolean declared =
        settings.entrySet().stream()
            .anyMatch(entry ->
                entry.getValue() instanceof Setting.Value(String text)
                    && CloudInitDrive.is(entry.getKey(), text));
    String slot = CloudInitDrive.freeKey(guest, settings);
    String storage = firstDiskStorage(settings);
    if (guest.cloudInitDrive() && !declared && slot != null && storage != null) {
      settings.put(slot, Setting.of(storage + ":cloudinit"));
    }
  }

  private static boolean names(Setting setting, String volume) {
    return setting instanceof Setting.Value(String text) && text.startsWith(volume);
  }

  private static @Nullable String firstDiskStorage(SortedMap<String, Setting> settings) {
    for (var entry : settings.entrySet()) {
      if (entry.getValue() instanceof Setting.Value(String text)
          && isBootDisk(entry.getKey(), text)) {
        return DiskSetting.parse(GuestType.QEMU, entry.getKey(), text).storage();
      }
    }
    return null;
  }

  /** Proxmox's own default controller is a slow one of the nineties, kept for old guests. */
  private static void controller(DesiredGuest guest, SortedMap<String, Setting> settings) {
    boolean scsi =
        settings.entrySet().stream()
            .anyMatch(entry ->
                entry.getKey().matches("scsi\\d+") && entry.getValue() instanceof Setting.Value);
    if (scsi && !guest.settings().containsKey("scsihw")) {
      settings.put("scsihw", Setting.of("virtio-scsi-single"));
    }
    if (guest.cloudInitDrive() && !guest.settings().containsKey("ostype")) {
      settings.put("ostype", Setting.of("l26"));
    }
  }
}
