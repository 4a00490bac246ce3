package pivm.engine.manifest;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/** The fields of an object. These tables drive reading, writing and the published JSON Schema. */
final class Fields {
  private static final Set<GuestType> BOTH = EnumSet.allOf(GuestType.class);
  private static final Set<GuestType> VM = EnumSet.of(GuestType.QEMU);
  private static final Set<GuestType> CONTAINER = EnumSet.of(GuestType.LXC);

  static final String NODE_NAME = "[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?";

  /** A pool, also within others (pve-access-control, src/PVE/AccessControl.pm). */
  private static final String POOL_NAME = "[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+){0,2}";

  /** What {@code cloud_init} may say. */
  static final Fields CLOUD_INIT =
      new Fields()
          .add("enable", new Shape.Flag(), VM, "Whether the VM has a cloud-init drive")
          .key("user", "ciuser", VM, "The user that is made, instead of the image's own")
          .nullable("sshkeys", new Shape.SshKeys(), VM, "Public keys of that user: one, or a list")
          .key("ipconfig[n]", "ipconfig[n]", VM, "Addresses of a network card: ip=dhcp")
          .key("nameserver", "nameserver", VM, "DNS servers")
          .key("searchdomain", "searchdomain", VM, "DNS search domains")
          .nullable("password", new Shape.Secret(), VM, "Password of that user, from outside")
          .key("cicustom", "cicustom", VM, "Own cloud-init files: user=STORAGE:snippets/FILE");

  /** What {@code ha} may say. */
  static final Fields HIGH_AVAILABILITY =
      new Fields()
          .add(
              "state",
              new Shape.Choice(List.of("started", "stopped", "disabled", "ignored")),
              BOTH,
              "The state that HA keeps")
          .add("failback", new Shape.Flag(), BOTH, "Whether it returns to a better node")
          .add("max_restart", new Shape.Whole(0, 1_000_000), BOTH, "Restarts on one node")
          .add("max_relocate", new Shape.Whole(0, 1_000_000), BOTH, "Tries on other nodes")
          .add("rules", new Shape.Names(), BOTH, "HA rules that hold this guest");

  /** What an entry may say, in the order in which PIVM writes it. */
  static final Fields ENTRY = entry();

  private final List<Field> all = new ArrayList<>();

  private static Fields entry() {
    var fields = new Fields();
    identity(fields);
    size(fields);
    placement(fields);
    return fields;
  }

  private static void identity(Fields fields) {
    fields
        .add("type", new Shape.Choice(List.of("lxc", "vm")), BOTH, "Container or virtual machine")
        .add("vmid", new Shape.Whole(100, 999_999_999), BOTH, "The guest's number in the cluster")
        .add(
            "hostname",
            new Shape.Pattern(
                "([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)*[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?",
                "a DNS name: letters, digits and dashes, in parts that dots separate"),
            BOTH,
            "Host name of a container, name of a VM")
        .add(
            "template",
            new Shape.Template(),
            BOTH,
            "What it is made from, at creation only: STORAGE:vztmpl/FILE, STORAGE:iso/FILE,"
                + " STORAGE:import/FILE.qcow2, the VMID of a guest to clone, or EXISTING")
        .add(
            "clone",
            new Shape.Choice(List.of("full", "linked")),
            BOTH,
            "How a VMID in template is cloned")
        .add("ssh_keys", new Shape.SshKeys(), BOTH, "Public keys for the first login")
        .add(
            "password",
            new Shape.Secret(),
            BOTH,
            "Password for the first login, from outside: {\"secret\": \"env:NAME\"}");
  }

  private static void size(Fields fields) {
    fields
        .key("memory", "memory", BOTH, "Memory in MiB")
        .key("swap", "swap", CONTAINER, "Swap in MiB")
        .key("cores", "cores", BOTH, "CPU cores (of each socket)")
        .key("sockets", "sockets", VM, "CPU sockets")
        .key("cpu", "cpu", VM, "Emulated CPU type: host, x86-64-v2-AES, kvm64")
        .nullable(
            "storage",
            new Shape.RootDisk(),
            BOTH,
            "Root disk as STORAGE:GIB: rootfs of a container, scsi0 of a VM; only grows")
        .key("net[n]", "net[n]", BOTH, "A network card, as Proxmox writes it")
        .add(
            "state",
            new Shape.Choice(List.of("running", "stopped", "template", "absent")),
            BOTH,
            "What it should be; left out: its power is not managed")
        .add("options", new Shape.Options(), BOTH, "Any further config keys of Proxmox")
        .nullable(
            "cloud_init",
            new Shape.Group(CLOUD_INIT),
            VM,
            "What a cloud image is told at its first start");
  }

  private static void placement(Fields fields) {
    fields
        .add(
            "node",
            new Shape.Pattern(NODE_NAME, "a node's name"),
            BOTH,
            "Where it is created; left out: where most memory is free")
        .add(
            "node_policy",
            new Shape.Choice(List.of("any", "pin")),
            BOTH,
            "pin: being on another node is a difference")
        .nullable("pool", new Shape.Pattern(POOL_NAME, "a pool's name"), BOTH, "Resource pool")
        .nullable("ha", new Shape.Group(HIGH_AVAILABILITY), BOTH, "How HA treats it")
        .add(
            "restart",
            new Shape.Choice(List.of("never", "allowed", "window")),
            BOTH,
            "Whether it may be restarted to bring changes into effect")
        .add(
            "snapshot",
            new Shape.Choice(List.of("required", "unavailable-accepted")),
            BOTH,
            "Whether it may be changed where neither snapshot nor backup can protect it");
  }

  /** Adds a field of something that is no guest. */
  Fields plain(String name, Shape shape, boolean nullable, String description) {
    all.add(new Field(name, shape, BOTH, nullable, description));
    return this;
  }

  private Fields add(String name, Shape shape, Set<GuestType> types, String description) {
    all.add(new Field(name, shape, types, false, description));
    return this;
  }

  private Fields nullable(String name, Shape shape, Set<GuestType> types, String description) {
    all.add(new Field(name, shape, types, true, description));
    return this;
  }

  private Fields key(String name, String key, Set<GuestType> types, String description) {
    all.add(new Field(name, new Shape.Key(key), types, true, description));
    return this;
  }

  List<Field> all() {
    return all;
  }

  List<String> names() {
    return all.stream().map(Field::name).toList();
  }

  /** The field of that name, null when there is none. */
  @Nullable Field find(String name) {
    for (Field field : all) {
      if (matches(field.name(), name)) {
        return field;
      }
    }
    return null;
  }

  static boolean matches(String pattern, String name) {
    if (!pattern.endsWith("[n]")) {
      return pattern.equals(name);
    }
    int base = pattern.length() - 3;
    return name.startsWith(pattern.substring(0, base))
        && name.length() > base
        && name.chars().skip(base).allMatch(Character::isDigit);
  }
}
