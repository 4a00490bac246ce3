package pivm.simulator.api;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Drive;
import pivm.simulator.config.Keys;
import pivm.simulator.config.Kind;
import pivm.simulator.state.ApiError;

/** Who may set which key of a VM (qemu-server, {@code PVE/API2/Qemu.pm}). */
final class QemuRights {
  private static final Map<String, Set<String>> BY_PRIVILEGE =
      Map.of(
          "VM.Config.CPU",
          Set.of(
              "cores",
              "cpu",
              "runningcpu",
              "cpulimit",
              "cpuunits",
              "numa",
              "smp",
              "sockets",
              "vcpus"),
          "VM.Config.Memory",
          Set.of("memory", "balloon", "shares", "allow-ksm"),
          "VM.Config.HWType",
          Set.of(
              "acpi",
              "hotplug",
              "kvm",
              "machine",
              "runningmachine",
              "scsihw",
              "smbios1",
              "tablet",
              "vga",
              "watchdog",
              "audio0",
              "rng0"),
          "VM.Config.Options",
          Set.of(
              "agent",
              "autostart",
              "bios",
              "description",
              "keyboard",
              "localtime",
              "migrate_downtime",
              "migrate_speed",
              "name",
              "onboot",
              "ostype",
              "protection",
              "reboot",
              "startdate",
              "startup",
              "tdf",
              "template"),
          "VM.PowerMgmt",
          Set.of("freeze"),
          "VM.Config.Disk",
          Set.of("boot", "bootdisk", "vmstatestorage"));
  private static final Set<String> CLOUD_INIT =
      Set.of(
          "cicustom",
          "cipassword",
          "citype",
          "ciuser",
          "ciupgrade",
          "nameserver",
          "searchdomain",
          "sshkeys");
  private static final Pattern ELSEWHERE =
      Pattern.compile("(?:unused|serial|usb|hostpci|virtiofs)\\d+|tags|cdrom");

  private final Call call;
  private final int vmid;
  private final @Nullable String pool;

  QemuRights(Call call, int vmid, @Nullable String pool) {
    this.call = call;
    this.vmid = vmid;
    this.pool = pool;
  }

  /** Refuses keys that the caller may not touch. */
  void check(Collection<String> keys) {
    if (call.isRoot()) {
      return;
    }
    for (String key : keys) {
      if (!Keys.isDrive(Kind.QEMU, key) && !ELSEWHERE.matcher(key).matches()) {
        check(key);
      }
    }
  }

  private void check(String key) {
    var permissions = call.permissions();
    if (key.matches("net\\d+") || key.equals("running-nets-host-mtu")) {
      permissions.checkGuest(vmid, pool, "VM.Config.Network");
    } else if (key.matches("numa\\d+")) {
      permissions.checkGuest(vmid, pool, "VM.Config.CPU");
    } else if (CLOUD_INIT.contains(key) || key.matches("ipconfig\\d+")) {
      if (pool == null
          || !permissions.mayAny("/pool/" + pool, "VM.Config.Cloudinit", "VM.Config.Network")) {
        permissions.checkAny("/vms/" + vmid, "VM.Config.Cloudinit", "VM.Config.Network");
      }
    } else if (key.equals("vmstate")) {
      permissions.checkGuest(vmid, pool, "VM.Config.Disk", "VM.PowerMgmt");
    } else {
      permissions.checkGuest(vmid, pool, privilege(key));
      if (key.equals("startup")) {
        permissions.check("/", "Sys.Modify");
      }
    }
  }

  private static String privilege(String key) {
    for (var entry : BY_PRIVILEGE.entrySet()) {
      if (entry.getValue().contains(key)) {
        return entry.getKey();
      }
    }
    throw ApiError.die("only root can set '" + key + "' config");
  }

  /** Refuses real devices to all but root, and checks the rest of what depends on the value. */
  void checkDevice(String key, String value) {
    if (call.isRoot()) {
      return;
    }
    if (key.startsWith("serial")) {
      if (!value.equals("socket")) {
        throw ApiError.die("only root can modify '" + key + "' config for real devices");
      }
      call.permissions().checkGuest(vmid, pool, "VM.Config.HWType");
    } else if (key.startsWith("hostpci")) {
      if (!value.contains("mapping=")) {
        throw ApiError.die("only root can set '" + key + "' config for non-mapped devices");
      }
      call.permissions().checkGuest(vmid, pool, "VM.Config.HWType");
    } else if (key.startsWith("usb")) {
      if (!value.contains("mapping=") && !value.matches("(?i)(host=)?spice(,.*)?")) {
        throw ApiError.die("only root can set '" + key + "' config for real devices");
      }
      call.permissions().checkGuest(vmid, pool, "VM.Config.HWType");
    }
  }

  /** Refuses a drive that the caller may not touch. */
  void checkDrive(String value) {
    var drive = Drive.parse(value);
    if (drive.isCloudInit()) {
      call.permissions().checkGuest(vmid, pool, "VM.Config.Cloudinit", "VM.Config.CDROM");
    } else {
      call.permissions()
          .checkGuest(vmid, pool, drive.isCdrom() ? "VM.Config.CDROM" : "VM.Config.Disk");
    }
  }
}
