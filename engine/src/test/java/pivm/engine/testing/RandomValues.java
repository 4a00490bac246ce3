package pivm.engine.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import pivm.proxmox.GuestType;
import pivm.proxmox.schema.Constraint;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.SubKey;
import pivm.proxmox.schema.ValueKind;

/** Random values of each kind, odd ones among them. */
final class RandomValues {
  private static final List<String> WORDS =
      List.of("web", "db-01", "a_b", "X.y", "prod", "7", "über", "x+y");
  private static final List<String> LINES =
      List.of(
          "plain",
          "with, comma and = sign",
          "# no comment",
          "[not a section]",
          "100 % \\ \"quoted\" 'twice'",
          "tab\there",
          "ünïcödé ✓",
          " leading blank",
          "");
  private static final List<String> VM_STORAGES =
      List.of("local", "local-lvm", "zfs", "ceph", "nfs");

  private final Random random;

  RandomValues(Random random) {
    this.random = random;
  }

  private String any(List<String> texts) {
    return texts.get(random.nextInt(texts.size()));
  }

  private String any(String... texts) {
    return texts[random.nextInt(texts.length)];
  }

  private List<String> some(String... texts) {
    List<String> chosen = new ArrayList<>();
    for (String text : texts) {
      if (random.nextBoolean()) {
        chosen.add(text);
      }
    }
    return chosen.isEmpty() ? List.of(any(texts)) : chosen;
  }

  String hex(int digits) {
    var text = new StringBuilder();
    for (int i = 0; i < digits; i++) {
      text.append(Character.forDigit(random.nextInt(16), 16));
    }
    return text.toString();
  }

  String mac() {
    String mac = "BC:24:11:" + hex(2) + ":" + hex(2) + ":" + hex(2);
    return random.nextInt(4) == 0 ? mac.toLowerCase(Locale.ROOT) : mac.toUpperCase(Locale.ROOT);
  }

  /**
   * A value for a key or a part of one.
   *
   * @param part empty for a whole key
   */
  String of(Constraint constraint, String key, String part) {
    return switch (constraint.kind()) {
      case BOOLEAN -> part.isEmpty() ? any("0", "1") : any("0", "1", "on", "off", "yes", "no");
      case INTEGER -> whole(constraint);
      case NUMBER -> number(constraint);
      case ENUM -> any(constraint.words());
      case PROSE -> prose();
      case TAGS -> String.join(";", new TreeSet<>(some("prod", "web", "a_b", "x+y", "7")));
      case ORDERED_LIST -> ordered(key, part);
      case NAME_SET -> names(key, part);
      case HOTPLUG ->
          any("0", "1", String.join(",", some("network", "disk", "usb", "cpu", "memory")));
      case NUMBER_SET -> numberSet(key, part);
      case PCI_ADDRESSES -> any("0000:01:00.0", "01:00", "0000:01:00.0;0000:02:00.1");
      case SIZE -> size();
      case MAC -> mac();
      case UUID -> any(uuid(), uuid().toUpperCase(Locale.ROOT));
      case ADDRESS -> address(constraint);
      case URL_ENCODED -> encoded(part);
      case VOLUME -> any("local:snippets/hook.pl", "nfs:snippets/user.yaml");
      case TEXT -> text(constraint, key, part);
      case PROPERTY_STRING -> throw new IllegalArgumentException(key + " has parts");
    };
  }

  private String uuid() {
    return new UUID(random.nextLong(), random.nextLong()).toString();
  }

  private String whole(Constraint constraint) {
    String minimum = constraint.minimum();
    String maximum = constraint.maximum();
    long least = minimum == null ? 0 : Long.parseLong(minimum);
    long most = maximum == null ? least + 4096 : Long.parseLong(maximum);
    return Long.toString(
        switch (random.nextInt(4)) {
          case 0 -> least;
          case 1 -> most;
          default -> random.nextLong(least, most + 1);
        });
  }

  private String number(Constraint constraint) {
    String minimum = constraint.minimum();
    int least = minimum == null ? 0 : (int) Math.ceil(Double.parseDouble(minimum));
    return any(
        Integer.toString(least + 1), (least + 1) + ".5", (least + 2) + ".0", (least + 3) + ".25");
  }

  private String prose() {
    List<String> lines = new ArrayList<>();
    for (int count = random.nextInt(1, 5); count > 0; count--) {
      lines.add(any(LINES));
    }
    return String.join("\n", lines) + any("", "\n");
  }

  private String ordered(String key, String part) {
    return switch (key + "." + part) {
      case "boot.order" -> String.join(";", some("scsi0", "net0", "ide2", "virtio1"));
      case "searchdomain." -> String.join(any(" ", ","), some("example.org", "lan", "a.b.c"));
      default -> String.join(any(" ", ","), some("1.1.1.1", "9.9.9.9", "2620:fe::fe"));
    };
  }

  private String names(String key, String part) {
    return switch (part) {
      case "flags" -> String.join(";", some("+aes", "-pcid", "+hv-tlbflush"));
      case "mountoptions" -> String.join(";", some("noatime", "lazytime", "nodev", "discard"));
      case "mount" -> String.join(";", some("nfs", "cifs"));
      default -> throw new IllegalArgumentException(key + "." + part + " is new");
    };
  }

  private String numberSet(String key, String part) {
    return switch (key + "." + part) {
      case "affinity." -> any("0-3", "0,2,4", "1");
      case "net.trunks" -> any("2", "2;3;9");
      default -> any("0", "0-1", "0;2-3");
    };
  }

  private String size() {
    return any(
        "1G", "32G", "1T", "2252M", "528K", "4M", random.nextInt(1, 500) + "G", "1073741824");
  }

  private String address(Constraint constraint) {
    return switch (String.valueOf(constraint.format())) {
      case "ipv4" -> "10.0.0.1";
      case "ipv6" -> any("fd00::1", "2001:DB8:0:0::1");
      case "pve-ipv4-config" -> any("dhcp", "10.20.0.10/24", "192.168.7.1/32");
      default -> any("auto", "dhcp", "fd00::5/64");
    };
  }

  private String encoded(String part) {
    return part.isEmpty()
        ? any("", "%0A")
            .concat(any("ssh-ed25519%20AAAA%2Bx%20ops", "ssh-rsa%20BBBB%2F%3D%3D%20b%40h"))
            .concat(any("", "%0A", "%0Assh-rsa%20CCCC%20c%0A"))
        : any("SN123", "WD%20Blue", "x%2Cy");
  }

  /** Words that fit the patterns and formats of the schema, by part. */
  private String text(Constraint constraint, String key, String part) {
    return switch (key + "." + part) {
      case "description." -> prose();
      case "name.", "hostname." -> any("web", "db-01", "a.b-c.example", "X1");
      case "cipassword." -> "**********";
      case "args." -> any("-cpu host,+kvm_pv_eoi -no-hpet", "-device 'x,y=\"z\"'");
      case "startdate." -> any("now", "2006-06-17T16:01:21", "2006-6-17");
      case "timezone." -> any("host", "Europe/Berlin");
      case "entrypoint." -> any("/sbin/init", "/bin/app --x \"y z\"");
      case "env." -> "A=1\0B=two words";
      case "parallel." -> any("/dev/parport0", "/dev/usb/lp1");
      case "serial." -> any("socket", "/dev/ttyS0");
      case "bootdisk." -> "scsi0";
      case "parent." -> "pre_automation_backup";
      case "vmstatestorage." -> "local-lvm";
      case "running-nets-host-mtu." -> "net0=1500,net1=9000";
      case "runningcpu." -> "kvm64,enforce,+kvm_pv_eoi";
      case "machine.type", "runningmachine.type" ->
          any("q35", "pc", "pc-q35-9.2+pve1", "pc-i440fx-10.0");
      case "cpu.cputype" -> any("host", "x86-64-v2-AES", "kvm64", "custom-mine");
      case "cpu.hv-vendor-id" -> "proxmox1";
      case "cpu.phys-bits" -> any("host", "40");
      case "boot.legacy" -> any("cdn", "c");
      case "dev.path" -> "/dev/ttyUSB0";
      case "dev.mode" -> "0660";
      case "mp.mp" -> "/srv/data " + hex(2);
      case "rootfs.idmap", "mp.idmap" -> any("passthrough", "u:0:100000:65536;g:0:100000:65536");
      case "usb.host" -> any("0x0951:0x1666", "1-1.2", "spice");
      case "hostpci.mdev" -> "nvidia-35";
      case "hostpci.romfile" -> "vbios.bin";
      case "net.bridge" -> any("vmbr0", "vnet1");
      case "net.name" -> any("eth0", "ens18");
      case "smbios1.family",
          "smbios1.manufacturer",
          "smbios1.product",
          "smbios1.serial",
          "smbios1.sku",
          "smbios1.version" ->
          any(
              "ACME",
              Base64.getEncoder().encodeToString("über, x".getBytes(StandardCharsets.UTF_8)));
      default -> patterned(constraint, part);
    };
  }

  private String patterned(Constraint constraint, String part) {
    if (part.endsWith("-id") || part.equals("device-id")) {
      return "0x" + hex(4);
    }
    return switch (part) {
      case "wwn" -> "0x" + hex(16);
      case "creation-qemu" -> "10.0.13";
      case "mapping", "dirid" -> any("gpu1", "share_2");
      case "name", "vendor", "product" -> any("ACME", "disk 1");
      default -> constraint.pattern() == null ? any(WORDS) : "";
    };
  }

  /** Whether a part is chosen together with a disk's volume. */
  boolean saysVolume(SubKey part) {
    return part.constraint().kind() == ValueKind.VOLUME
        || part.constraint().kind() == ValueKind.SIZE
        || part.name().equals("media")
        || part.name().equals("format");
  }

  /** What a disk lies on, with its size or medium. */
  String volume(GuestKey key, int vmid) {
    String named = random.nextInt(6) == 0 ? defaultName(key) + "=" : "";
    if (key.base().equals("unused")) {
      return named + owned(key.guestType(), vmid);
    }
    if (key.guestType() == GuestType.LXC) {
      return named + mount(key, vmid);
    }
    boolean mayBeDrive = !key.pattern().equals("efidisk0") && !key.pattern().equals("tpmstate0");
    return named
        + switch (mayBeDrive ? random.nextInt(8) : 7) {
          case 0 -> "none,media=cdrom";
          case 1 -> "local:iso/debian-13.1.iso,media=cdrom" + any("", ",size=700M");
          case 2 -> any("cdrom,media=cdrom", "/dev/disk/by-id/ata-X_1,size=1T");
          case 3 ->
              "local:"
                  + vmid
                  + "/vm-"
                  + vmid
                  + "-cloudinit.qcow2,media=cdrom"
                  + any("", ",size=4M");
          case 4 -> "nfs:999/vm-999-disk-0.qcow2,size=8G";
          default -> owned(GuestType.QEMU, vmid) + ",size=" + size();
        };
  }

  private static String defaultName(GuestKey key) {
    SubKey part = key.defaultPart();
    return part == null ? "file" : part.name();
  }

  private String mount(GuestKey key, int vmid) {
    return switch (key.pattern().equals("rootfs") ? 3 : random.nextInt(6)) {
      case 0 -> "/mnt/share " + hex(2);
      case 1 -> "/dev/sdb1";
      default -> owned(GuestType.LXC, vmid) + ",size=" + any(size(), "0T");
    };
  }

  /** A volume of this guest on some kind of storage. */
  private String owned(GuestType type, int vmid) {
    int number = random.nextInt(20);
    String disk = "vm-" + vmid + "-disk-" + number;
    return switch (any(VM_STORAGES)) {
      case "local-lvm" -> "local-lvm:" + disk;
      case "zfs" ->
          type == GuestType.LXC
              ? "zfs:subvol-" + vmid + "-disk-" + number
              : any("zfs:", "zfs:base-9000-disk-0/") + disk;
      case "ceph" -> "ceph:" + any("base-" + vmid + "-disk-" + number, disk);
      case "nfs" -> "nfs:" + vmid + "/" + disk + any(".qcow2", ".raw");
      default ->
          "local:"
              + any("", "9000/base-9000-disk-0.qcow2/")
              + vmid
              + "/"
              + disk
              + (type == GuestType.LXC ? ".raw" : any(".qcow2", ".raw"));
    };
  }
}
