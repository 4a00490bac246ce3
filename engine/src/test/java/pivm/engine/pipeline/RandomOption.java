package pivm.engine.pipeline;

import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import pivm.engine.testing.RandomGuestConfigs;
import pivm.proxmox.GuestType;

/** A plain config key of a guest, and a value that it may have. */
final class RandomOption {
  /** Keys of every kind of value that a token may set and that need nothing beyond themselves. */
  private static final List<String> VM_KEYS =
      List.of(
          "acpi",
          "agent",
          "allow-ksm",
          "audio0",
          "autostart",
          "cpulimit",
          "cpuunits",
          "description",
          "freeze",
          "hotplug",
          "keyboard",
          "kvm",
          "localtime",
          "machine",
          "migrate_downtime",
          "migrate_speed",
          "onboot",
          "ostype",
          "reboot",
          "rng0",
          "scsihw",
          "serial0",
          "shares",
          "smbios1",
          "startdate",
          "startup",
          "tablet",
          "tags",
          "tdf",
          "vga",
          "watchdog",
          "boot",
          "numa");

  private static final List<String> CONTAINER_KEYS =
      List.of(
          "swap",
          "cmode",
          "console",
          "cpulimit",
          "cpuunits",
          "debug",
          "description",
          "nameserver",
          "onboot",
          "ostype",
          "searchdomain",
          "startup",
          "tags",
          "timezone",
          "tty",
          "entrypoint");

  private final GuestType type;
  private final int vmid;
  private final Random random;
  private final RandomGuestConfigs values;

  RandomOption(GuestType type, int vmid, Random random, RandomGuestConfigs values) {
    this.type = type;
    this.vmid = vmid;
    this.random = random;
    this.values = values;
  }

  private boolean vm() {
    return type == GuestType.QEMU;
  }

  private String any(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  String key() {
    return any(vm() ? VM_KEYS : CONTAINER_KEYS);
  }

  /** A value of that key; null when none can be made up. */
  @Nullable String value(String key) {
    return switch (key) {
      case "boot" -> any(List.of("order=scsi0", "order=scsi0;net0", "order=net0"));
      case "rng0" -> "source=/dev/urandom,max_bytes=2048";
      case "vga" -> any(List.of("std", "qxl,memory=32", "virtio", "serial0"));
      case "machine" -> any(List.of("q35", "pc"));
      case "serial0" -> "socket";
      case "timezone" -> any(List.of("host", "Europe/Berlin"));
      case "ostype" -> vm() ? any(List.of("l26", "win11", "other")) : "debian";
      default -> values.value(type, key, vmid);
    };
  }
}
