package pivm.proxmox.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.schema.Constraint;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.SubKey;
import pivm.proxmox.schema.ValueKind;

/** Values that the schema of guest configs accepts, from a seed. */
public final class SchemaValues {
  /** Examples where only a pattern says what is accepted, by key or part. */
  private static final Map<String, List<String>> BY_NAME =
      Map.ofEntries(
          Map.entry("parallel[n]", List.of("/dev/parport0", "/dev/usb/lp1")),
          Map.entry("serial[n]", List.of("socket", "/dev/ttyS0")),
          Map.entry("startdate", List.of("now", "2026-01-17T12:00:00", "2020-1-1")),
          Map.entry("runningcpu", List.of("kvm64,+lahf_lm", "host")),
          Map.entry("running-nets-host-mtu", List.of("net0=1500,net1=9000")),
          Map.entry("bootdisk", List.of("scsi0", "ide2")),
          Map.entry("entrypoint", List.of("/sbin/init", "/bin/run --all")),
          Map.entry("env", List.of("A=b", "A=b\0C=d")),
          Map.entry("legacy", List.of("cdn", "c")),
          Map.entry("mdev", List.of("nvidia-256")),
          Map.entry("device-id", List.of("0x10de")),
          Map.entry("sub-device-id", List.of("0x10de")),
          Map.entry("sub-vendor-id", List.of("0x10de")),
          Map.entry("vendor-id", List.of("0x10de")),
          Map.entry("hv-vendor-id", List.of("proxmox")),
          Map.entry("type", List.of("q35", "pc-i440fx-9.2+pve1")),
          Map.entry("creation-qemu", List.of("10.0.2")),
          Map.entry("wwn", List.of("0x5000c50015ea71aa")),
          Map.entry("vendor", List.of("ACME")),
          Map.entry("mode", List.of("0660")),
          Map.entry("idmap", List.of("u:0:100000:65536;g:0:100000:65536", "passthrough")),
          Map.entry("family", List.of("Zm9v")),
          Map.entry("manufacturer", List.of("Zm9v")),
          Map.entry("product", List.of("Zm9v")),
          Map.entry("serial", List.of("Zm9v")),
          Map.entry("sku", List.of("Zm9v")),
          Map.entry("version", List.of("Zm9v")),
          Map.entry("bridge", List.of("vmbr0", "vnet_1")),
          Map.entry("mp", List.of("/srv/data", "/mnt")),
          Map.entry("dirid", List.of("share")),
          Map.entry("mapping", List.of("gpu-1")),
          Map.entry("hostname", List.of("web-01", "db.example.net")),
          Map.entry("name", List.of("web-01", "db-02")),
          Map.entry("timezone", List.of("host", "Europe/Berlin")),
          Map.entry("order", List.of("scsi0;net0", "net0")));

  private final Random random;

  public SchemaValues(Random random) {
    this.random = random;
  }

  /** A value for a key. */
  public String valueOf(GuestKey key) {
    return key.kind() == ValueKind.PROPERTY_STRING
        ? propertyString(key)
        : value(key.pattern(), key.constraint());
  }

  private String propertyString(GuestKey key) {
    List<String> parts = new ArrayList<>();
    for (SubKey part : key.parts().values()) {
      boolean wanted =
          part.required() || part.defaultKey() || (!part.createOnly() && random.nextInt(3) == 0);
      if (wanted && part.alias() == null && fits(key, part)) {
        String value = value(part.name(), part.constraint());
        boolean bare = part.defaultKey() && random.nextBoolean();
        parts.add(bare ? value : part.name() + "=" + value);
      }
    }
    return String.join(",", parts);
  }

  /** Leaves out parts that need another one, and limits in bytes beside those in MiB. */
  private static boolean fits(GuestKey key, SubKey part) {
    return part.requires() == null
        && !part.name().startsWith("bps")
        && !(key.pattern().equals("smbios1") && part.name().equals("base64"));
  }

  private String value(String name, Constraint constraint) {
    return switch (constraint.kind()) {
      case BOOLEAN -> pick("0", "1", "yes", "no", "on", "off", "true", "false");
      case INTEGER -> Long.toString(number(constraint));
      case NUMBER -> number(constraint) + pick("", ".0");
      case ENUM -> constraint.words().get(random.nextInt(constraint.words().size()));
      case PROSE -> pick("one line", "two\nlines: 50 % ä", "#");
      case TAGS -> pick("a", "prod;worker", "b_1;a.2;c+3");
      case ORDERED_LIST -> ordered(name, constraint.format());
      case NAME_SET -> sets(name);
      case HOTPLUG -> pick("0", "1", "network", "disk,cpu,memory");
      case NUMBER_SET -> constraint.pattern() == null ? pick("0-3", "1,5") : pick("2", "3;4");
      case PCI_ADDRESSES -> pick("01:00.0", "0000:02:00", "01:00.0;01:00.1");
      case SIZE -> pick("8G", "2252M", "512K", "1T", "1073741824");
      case MAC -> "BC:24:11:" + pick("00:00:0A", "12:ab:34");
      case UUID ->
          pick("11111111-aaaa-1111-1111-111111111111", "DEADBEEF-aaaa-1111-1111-111111111111");
      case ADDRESS -> address(constraint.format());
      case URL_ENCODED -> Escapes.url(pick("ssh-ed25519 AAAA= ops@x", "a b"));
      case VOLUME -> pick("local:100/vm-100-disk-0.qcow2", "local-lvm:vm-100-disk-1");
      case TEXT, PROPERTY_STRING -> text(name, constraint.pattern());
    };
  }

  private static String ordered(String name, @Nullable String format) {
    if (name.equals("searchdomain")) {
      return "example.net internal";
    }
    return "pve-qm-bootdev-list".equals(format) ? "scsi0;net0" : "10.0.0.1 10.0.0.2";
  }

  private String sets(String name) {
    return switch (name) {
      case "flags" -> pick("+aes", "+aes;-pcid");
      case "mount" -> pick("nfs", "nfs;cifs");
      default -> pick("noatime", "nosuid;discard");
    };
  }

  private static String address(@Nullable String format) {
    return switch (format == null ? "" : format) {
      case "ipv4" -> "10.0.0.1";
      case "ipv6" -> "fd00::1";
      case "pve-ipv4-config" -> "10.0.0.5/24";
      default -> "FD00:0::5/64";
    };
  }

  private String text(String name, @Nullable String pattern) {
    List<String> examples = BY_NAME.get(name);
    if (name.equals("host")) {
      return pick("046d:c52b", "1-2.3", "spice");
    }
    return examples == null || (name.equals("type") && pattern == null)
        ? pick("some-word", "x1")
        : examples.get(random.nextInt(examples.size()));
  }

  private long number(Constraint constraint) {
    long low = constraint.minimum() == null ? 0 : (long) Double.parseDouble(constraint.minimum());
    long high =
        constraint.maximum() == null ? low + 5000 : (long) Double.parseDouble(constraint.maximum());
    return low + (long) (random.nextDouble() * (high - low));
  }

  private String pick(String... values) {
    return values[random.nextInt(values.length)];
  }
}
