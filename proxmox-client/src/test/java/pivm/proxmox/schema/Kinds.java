package pivm.proxmox.schema;

import java.util.Map;
import java.util.Set;
import pivm.proxmox.json.Json;

/** Decides the kind of a value from Proxmox's schema and, where that says only "text", by name. */
final class Kinds {
  private static final Set<String> NUMBER_SETS = Set.of("affinity", "trunks", "cpus", "hostnodes");
  private static final Set<String> NAME_SETS = Set.of("flags", "mount", "mountoptions");
  private static final Map<String, ValueKind> BY_FORMAT =
      Map.ofEntries(
          Map.entry("pve-tag-list", ValueKind.TAGS),
          Map.entry("address-list", ValueKind.ORDERED_LIST),
          Map.entry("dns-name-list", ValueKind.ORDERED_LIST),
          Map.entry("lxc-ip-with-ll-iface-list", ValueKind.ORDERED_LIST),
          Map.entry("pve-qm-bootdev-list", ValueKind.ORDERED_LIST),
          Map.entry("pve-hotplug-features", ValueKind.HOTPLUG),
          Map.entry("pve-startup-order", ValueKind.PROPERTY_STRING),
          Map.entry("urlencoded", ValueKind.URL_ENCODED),
          Map.entry("disk-size", ValueKind.SIZE),
          Map.entry("mac-addr", ValueKind.MAC),
          Map.entry("ipv4", ValueKind.ADDRESS),
          Map.entry("ipv6", ValueKind.ADDRESS),
          Map.entry("pve-ipv4-config", ValueKind.ADDRESS),
          Map.entry("pve-ipv6-config", ValueKind.ADDRESS),
          Map.entry("pve-volume-id", ValueKind.VOLUME),
          Map.entry("pve-volume-id-or-qm-path", ValueKind.VOLUME));

  private Kinds() {}

  static ValueKind of(String name, Json.Obj property) {
    if (property.has("sub")) {
      return ValueKind.PROPERTY_STRING;
    }
    return switch (property.text("type", "string")) {
      case "boolean" -> ValueKind.BOOLEAN;
      case "integer" -> ValueKind.INTEGER;
      case "number" -> ValueKind.NUMBER;
      default -> text(name, property);
    };
  }

  private static ValueKind text(String name, Json.Obj property) {
    if (property.has("enum")) {
      return ValueKind.ENUM;
    }
    ValueKind byFormat = BY_FORMAT.get(property.text("format", ""));
    if (byFormat != null) {
      return byFormat;
    }
    if (NUMBER_SETS.contains(name)) {
      return ValueKind.NUMBER_SET;
    }
    if (NAME_SETS.contains(name)) {
      return ValueKind.NAME_SET;
    }
    return switch (name) {
      case "description" -> ValueKind.PROSE;
      case "uuid", "vmgenid" -> ValueKind.UUID;
      case "searchdomain" -> ValueKind.ORDERED_LIST;
      case "host" ->
          property.text("pattern", "").contains("a-f0-9]{2}:")
              ? ValueKind.PCI_ADDRESSES
              : ValueKind.TEXT;
      case "volume" ->
          "pve-lxc-mp-string".equals(property.text("format")) ? ValueKind.VOLUME : ValueKind.TEXT;
      default -> ValueKind.TEXT;
    };
  }
}
