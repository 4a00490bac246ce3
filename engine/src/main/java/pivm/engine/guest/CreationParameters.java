package pivm.engine.guest;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.Setting;
import pivm.proxmox.GuestType;

/** The parameters of {@code POST /nodes/N/lxc} and {@code POST /nodes/N/qemu} for a new guest. */
final class CreationParameters {
  private static final long DEFAULT_BYTES = 8L << 30;

  /**
   * What Proxmox gives EFI and TPM disks whatever size is asked for (qemu-server,
   * QemuServer/OVMF.pm).
   */
  private static final long FIRMWARE_BYTES = 1L << 30;

  private final DesiredGuest guest;
  private final DiskFormats formats;
  private final Map<String, Setting> settings;

  CreationParameters(DesiredGuest guest, Inventory inventory, Map<String, Setting> settings) {
    this.guest = guest;
    this.formats = new DiskFormats(inventory);
    this.settings = settings;
  }

  /**
   * @param template the volume that a container is unpacked from
   */
  SortedMap<String, Setting> parameters(@Nullable String template) {
    var parameters = new TreeMap<String, Setting>(guest.creation());
    settings.forEach((name, setting) -> parameters.put(name, sent(name, setting)));
    if (guest.type() == GuestType.LXC && template != null) {
      parameters.put("ostemplate", Setting.of(template));
    }
    if (guest.hostname() != null) {
      parameters.put(GuestDiff.nameKey(guest.type()), Setting.of(guest.hostname()));
    }
    if (guest.pool() != null && !guest.pool().isEmpty()) {
      parameters.put("pool", Setting.of(guest.pool()));
    }
    return parameters;
  }

  private Setting sent(String name, Setting setting) {
    if (!(setting instanceof Setting.Value(String text))
        || !DiskSetting.isDisk(guest.type(), name)) {
      return setting;
    }
    DiskSetting disk = DiskSetting.parse(guest.type(), name, text);
    boolean firmware = name.equals("efidisk0") || name.equals("tpmstate0");
    return Setting.of(
        SentDisk.text(
            disk,
            formats.forNewDisk(guest.type(), disk),
            firmware ? FIRMWARE_BYTES : DEFAULT_BYTES));
  }
}
