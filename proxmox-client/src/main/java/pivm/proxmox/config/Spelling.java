package pivm.proxmox.config;

import pivm.proxmox.GuestType;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;
import pivm.proxmox.schema.ValueKind;

/** How Proxmox reads the spelling of a value in a config file ({@code check_type}). */
final class Spelling {
  private Spelling() {}

  /** Booleans become 0 and 1; quotes around a VM's plain text go. */
  static String shown(GuestType type, String name, String value) {
    GuestKey key = GuestKeys.of(type).find(name);
    if (key == null) {
      return value;
    }
    if (key.kind() == ValueKind.BOOLEAN) {
      return Flags.isOn(value) ? "1" : "0";
    }
    boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    boolean plainText = key.kind() == ValueKind.TEXT && key.constraint().format() == null;
    return type == GuestType.QEMU && quoted && plainText && !name.equals("args")
        ? value.substring(1, value.length() - 1)
        : value;
  }
}
