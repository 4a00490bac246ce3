package pivm.proxmox.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.json.Json;

/** Makes {@code guest-keys.tsv} from the recorded schema of guest configs. */
final class GuestKeyTable {

  /** What holds when a key is absent, where the schema says it wrongly, in prose, or not at all. */
  private static final Map<String, String> ABSENT =
      Map.ofEntries(
          Map.entry("qemu cpu", "kvm64"),
          Map.entry("qemu agent", "0"),
          Map.entry("qemu vga", "std"),
          Map.entry("qemu memory", "512"),
          Map.entry("qemu spice_enhancements", ""),
          Map.entry("qemu cpuunits", "100"),
          Map.entry("qemu freeze", "0"),
          Map.entry("qemu vcpus", "none"),
          Map.entry("qemu vmgenid", "none"),
          Map.entry("qemu smp", "none"),
          Map.entry("lxc cpuunits", "100"),
          Map.entry("lxc features", ""),
          // Creation fills in 512; a config without the key runs without swap.
          Map.entry("lxc swap", "0"));

  /** Booleans in property strings whose absence means something else than 0. */
  private static final Map<String, String> ABSENT_PART =
      Map.ofEntries(
          Map.entry("qemu backup", "1"),
          Map.entry("qemu detect_zeroes", "1"),
          Map.entry("qemu enable-s3", "none"),
          Map.entry("qemu enable-s4", "none"),
          Map.entry("lxc acl", "none"),
          Map.entry("lxc host-managed", "none"),
          Map.entry("lxc type", "veth"));

  private static final Json.Obj STARTUP_PARTS =
      Json.object()
          .put("order", number().put("default_key", 1).build())
          .put("up", number().build())
          .put("down", number().build())
          .build();

  private GuestKeyTable() {}

  private static Json.Builder number() {
    return Json.object().put("type", "integer").put("minimum", 0).put("optional", 1);
  }

  static String make(Json.Obj recorded) {
    List<String> lines = new ArrayList<>();
    lines.add("# Config keys of guests. Made by TableTool; do not edit.");
    Json.Obj createOnly =
        recorded.get("qemu_disk_keys_in_create_and_update").asObject().get("per_key").asObject();
    for (String type : List.of("lxc", "qemu")) {
      new TreeMap<>(recorded.get(type).asObject().members())
          .forEach((name, key) -> add(lines, type, name, key.asObject(), createOnly));
    }
    return String.join("\n", lines) + "\n";
  }

  private static void add(
      List<String> lines, String type, String name, Json.Obj key, Json.Obj createOnly) {
    ValueKind kind = Kinds.of(name, key);
    List<Json> index = key.list("index");
    var line =
        new LineWriter(type)
            .field(name)
            .field(kind.name())
            .attribute(
                "index",
                index.isEmpty() ? null : index.get(0).asText() + "-" + index.get(1).asText())
            .attribute("apply", Rules.apply(type, name, key.text("apply", "")).name())
            .attribute("who", Rules.authority(type, name).name())
            .constraint(key, kind, absent(ABSENT.get(type + " " + name), key.text("default")));
    lines.add(line.toString());
    Json.Obj parts = name.equals("startup") ? STARTUP_PARTS : key.get("sub").asObject();
    new TreeMap<>(parts.members())
        .forEach((part, property) -> lines.add(part(type, part, property.asObject())));
    for (Json part : createOnly.list(name)) {
      lines.add("\t" + part.asText() + "\tTEXT\tcreate-only");
    }
  }

  private static String part(String type, String name, Json.Obj part) {
    ValueKind kind = Kinds.of(name, part);
    String schemaDefault = part.text("default");
    if (schemaDefault == null && kind == ValueKind.BOOLEAN) {
      schemaDefault = "0";
    }
    return new LineWriter("")
        .field(name)
        .field(kind.name())
        .flag(!part.flag("optional") && !part.has("alias"), "required")
        .flag(part.flag("default_key"), "default-key")
        .attribute("alias", part.text("alias"))
        .attribute("key-alias", part.text("keyAlias"))
        .attribute("requires", part.text("requires"))
        .constraint(part, kind, absent(ABSENT_PART.get(type + " " + name), schemaDefault))
        .toString();
  }

  private static @Nullable String absent(@Nullable String known, @Nullable String schemaDefault) {
    if (known != null) {
      return known.equals("none") ? null : known;
    }
    return schemaDefault;
  }

  /** The classes of the rules: who may set a key and what happens to a running guest. */
  static final class Rules {
    private static final Set<String> CPU =
        Set.of(
            "cores",
            "cpu",
            "runningcpu",
            "cpulimit",
            "cpuunits",
            "numa",
            "smp",
            "sockets",
            "vcpus",
            "numa[n]");
    private static final Set<String> MEMORY =
        Set.of("memory", "balloon", "shares", "allow-ksm", "swap");
    private static final Set<String> HARDWARE =
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
            "audio0");
    private static final Set<String> OPTIONS =
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
            "tdf",
            "template");
    private static final Set<String> CLOUD_INIT =
        Set.of(
            "cicustom",
            "cipassword",
            "citype",
            "ciuser",
            "ciupgrade",
            "nameserver",
            "searchdomain",
            "sshkeys",
            "ipconfig[n]");

    private Rules() {}

    static Authority authority(String type, String name) {
      return type.equals("qemu") ? vm(name) : container(name);
    }

    private static Authority vm(String name) {
      if (CPU.contains(name)) {
        return Authority.CPU;
      }
      if (MEMORY.contains(name)) {
        return Authority.MEMORY;
      }
      if (HARDWARE.contains(name)) {
        return Authority.HARDWARE;
      }
      if (OPTIONS.contains(name)) {
        return Authority.OPTIONS;
      }
      if (CLOUD_INIT.contains(name)) {
        return Authority.CLOUD_INIT;
      }
      return switch (name) {
        case "freeze" -> Authority.POWER;
        case "boot", "bootdisk", "vmstatestorage", "unused[n]" -> Authority.DISK;
        case "net[n]", "running-nets-host-mtu" -> Authority.NETWORK;
        case "startup" -> Authority.STARTUP;
        case "tags" -> Authority.TAGS;
        case "vmstate" -> Authority.VM_STATE;
        case "serial[n]" -> Authority.SERIAL;
        case "usb[n]" -> Authority.USB;
        case "hostpci[n]" -> Authority.PCI;
        case "rng0" -> Authority.RNG;
        case "virtiofs[n]" -> Authority.DIRECTORY;
        case "ide[n]", "sata[n]", "scsi[n]", "virtio[n]", "efidisk0", "tpmstate0", "cdrom" ->
            Authority.DRIVE;
        default -> Authority.ROOT_ONLY;
      };
    }

    private static Authority container(String name) {
      return switch (name) {
        case "cores", "cpuunits", "cpulimit" -> Authority.CPU;
        case "rootfs", "mp[n]" -> Authority.MOUNT;
        case "memory", "swap" -> Authority.MEMORY;
        case "net[n]", "nameserver", "searchdomain", "hostname" -> Authority.NETWORK;
        case "dev[n]", "hookscript" -> Authority.ROOT_ONLY;
        case "features" -> Authority.FEATURES;
        case "tags" -> Authority.TAGS;
        case "unused[n]" -> Authority.OPTIONS;
        default -> Authority.OPTIONS;
      };
    }

    static Apply apply(String type, String name, String recorded) {
      if (recorded.startsWith("pending until the guest is stopped")) {
        return name.equals("unused[n]") ? Apply.REMOVAL : Apply.PENDING;
      }
      return switch (recorded) {
        case "live",
            "live (always)",
            "live (cgroup), value and delete",
            "live (cgroup), delete sets 0" ->
            Apply.LIVE;
        case "pending" -> Apply.PENDING;
        case "delete live" -> Apply.REMOVAL;
        case "live (cgroup); cannot be deleted live" -> Apply.CT_MEMORY;
        case "live with hotplug feature usb, else pending" -> Apply.TABLET;
        case "live with hotplug feature cpu, else pending" -> Apply.VCPUS;
        case "live with hotplug feature memory (needs numa=1), else pending" -> Apply.VM_MEMORY;
        default -> conditional(type, name, recorded);
      };
    }

    private static Apply conditional(String type, String name, String recorded) {
      if (recorded.startsWith("live for the config")) {
        return Apply.CLOUD_INIT;
      }
      return switch (type + " " + name) {
        case "qemu agent" -> Apply.AGENT;
        case "qemu balloon" -> Apply.BALLOON;
        case "qemu hotplug" -> Apply.HOTPLUG;
        case "qemu net[n]" -> Apply.VM_NET;
        case "qemu scsi[n]", "qemu virtio[n]" -> Apply.DISK;
        case "qemu ide[n]", "qemu sata[n]" -> Apply.FIXED_DISK;
        case "qemu usb[n]" -> Apply.USB;
        case "lxc dev[n]", "lxc mp[n]" -> Apply.NEW_ONLY;
        case "lxc net[n]" -> Apply.CT_NET;
        default ->
            throw new IllegalStateException("no rule for " + type + " " + name + ": " + recorded);
      };
    }
  }
}
