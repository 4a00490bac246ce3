package pivm.simulator.schema;

import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The formats that Proxmox checks by code: names, ids, addresses, lists of them. */
final class Formats {
  private static final String IPV4 =
      "(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)";
  private static final String IPV6 = "(?=[^.]*:)[0-9a-fA-F:]{2,39}";
  private static final String DNS = "[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?";
  private static final String STORAGE_ID = "(?i:[a-z][a-z0-9\\-_.]*[a-z0-9])";
  private static final Set<String> CONTENT =
      Set.of("images", "rootdir", "vztmpl", "iso", "backup", "snippets", "import", "none");

  /** The pattern of a format, and the message for what does not match it. */
  private record Rule(Pattern pattern, UnaryOperator<String> message) {}

  private static final Map<String, Rule> RULES =
      Map.ofEntries(
          rule("urlencoded", "[-%a-zA-Z0-9_.!~*'()]*", v -> "invalid urlencoded string: " + v),
          rule(
              "pve-configid", "(?i:[a-z][a-z0-9_-]+)", v -> "invalid configuration ID '" + v + "'"),
          rule("pve-bridge-id", "[-_.\\w]+", v -> "invalid bridge ID '" + v + "'"),
          rule("pve-vmid", "[1-9][0-9]{2,8}", v -> "value does not look like a valid VM ID"),
          rule("pve-node", DNS, v -> "value does not look like a valid node name"),
          rule(
              "mac-addr",
              "(?i:[a-f0-9][02468ace](?::[a-f0-9]{2}){5})",
              v -> "value does not look like a valid unicast MAC address"),
          rule("ipv4", IPV4, v -> "value does not look like a valid IPv4 address"),
          rule("ipv6", IPV6, v -> "value does not look like a valid IPv6 address"),
          rule("ip", IPV4 + "|" + IPV6, v -> "value does not look like a valid IP address"),
          rule(
              "CIDR",
              IPV4 + "/\\d+|" + IPV6 + "/\\d+",
              v -> "value does not look like a valid CIDR network"),
          rule("CIDRv4", IPV4 + "/\\d+", v -> "value does not look like a valid IPv4 CIDR network"),
          rule("CIDRv6", IPV6 + "/\\d+", v -> "value does not look like a valid IPv6 CIDR network"),
          rule(
              "pve-ipv4-config",
              "dhcp|manual|" + IPV4 + "/(?:[89]|[12]\\d|3[0-2])",
              v -> "value does not look like a valid ipv4 network configuration"),
          rule(
              "pve-ipv6-config",
              "auto|dhcp|manual|" + IPV6 + "/\\d+",
              v -> "value does not look like a valid ipv6 network configuration"),
          rule(
              "dns-name",
              "(?:" + DNS + "\\.)*" + DNS,
              v -> "value does not look like a valid DNS name"),
          rule(
              "address",
              IPV4 + "|" + IPV6 + "|(?:" + DNS + "\\.)*" + DNS,
              v -> "value does not look like a valid address: " + v),
          rule(
              "pve-iface",
              "(?i:[a-z][a-z0-9_]{1,20}(?:[:.]\\d+)?)",
              v -> "invalid network interface name '" + v + "'"),
          rule("pve-tag", "(?i:[a-z0-9_][a-z0-9_\\-+.]*)", v -> "invalid characters in tag"),
          rule(
              "pve-startup-order",
              "(?:(?:(?:order=)?\\d+|up=\\d+|down=\\d+)(?:,|$))+",
              v -> "unable to parse startup options"),
          rule("pve-volume-id", STORAGE_ID + ":.+", v -> "unable to parse volume ID '" + v + "'"),
          rule(
              "pve-volume-id-or-absolute-path",
              "/.*|" + STORAGE_ID + ":.+",
              v -> "unable to parse volume ID '" + v + "'"),
          rule(
              "pve-volume-id-or-qm-path",
              "none|cdrom|/.*|" + STORAGE_ID + ":.+",
              v -> "unable to parse volume ID '" + v + "'"),
          rule(
              "disk-size",
              "\\d+(?:\\.\\d+)?(?:[KMGT](?:iB)?)?",
              v -> "value does not look like a valid disk size: " + v),
          rule(
              "pve-hotplug-features",
              "0|1|(?:(?:network|disk|cpu|memory|usb|cloudinit)(?:[,; ]+|$))+",
              v -> "unable to parse hotplug option"),
          rule(
              "pve-qm-bootdisk",
              "(?:ide|sata|scsi|virtio|efidisk|tpmstate)\\d+",
              v -> "invalid boot disk '" + v + "'"),
          rule(
              "pve-qm-bootdev",
              "(?:ide|sata|scsi|virtio|net|usb|hostpci)\\d+",
              v -> "invalid boot device '" + v + "'"),
          rule("pve-priv", "\\w+\\.[\\w.]+", v -> "invalid privilege '" + v + "'"),
          rule(
              "pve-userid",
              "[^\\s:/]+@[A-Za-z][A-Za-z0-9.\\-_]+",
              v -> "value '" + v + "' does not look like a valid user name"),
          rule(
              "pve-groupid",
              "[A-Za-z0-9.\\-_]+",
              v -> "group name '" + v + "' contains invalid characters"),
          rule(
              "pve-roleid",
              "[A-Za-z0-9.\\-_]+",
              v -> "role name '" + v + "' contains invalid characters"),
          rule(
              "pve-poolid",
              "[A-Za-z0-9.\\-_]+(?:/[A-Za-z0-9.\\-_]+){0,2}",
              v -> "pool name '" + v + "' contains invalid characters"),
          rule(
              "pve-realm",
              "[A-Za-z][A-Za-z0-9.\\-_]+",
              v -> "value does not look like a valid realm"),
          rule(
              "pve-ha-resource-id",
              "[a-z]+:\\S+",
              v -> "unable to parse HA resource ID '" + v + "'"),
          rule(
              "pve-ha-resource-or-vm-id",
              "[a-z]+:\\S+|\\d+",
              v -> "unable to parse HA resource ID '" + v + "'"),
          rule(
              "pve-task-status-type",
              "(?i:ok|error|warning|unknown)",
              v -> "invalid status '" + v + "'"),
          rule(
              "pve-calendar-event",
              "[-a-zA-Z0-9*:/., ]+",
              v ->
                  "invalid calendar event '"
                      + v
                      + "' - unable to parse calendar event at '"
                      + v
                      + "' - parse error\n"));

  private Formats() {}

  /**
   * Checks a value.
   *
   * @throws FormatException with Proxmox's words
   */
  static void check(ApiTable table, String format, String value, String path) {
    var parts = table.propertyString(format);
    if (parts != null) {
      PropertyString.check(table, parts, value, path);
      if (format.equals("pve-vm-cpu-conf")) {
        cpuType(parts, value);
      }
    } else if (format.endsWith("-list")) {
      String single = format.substring(0, format.length() - "-list".length());
      for (String item : value.split("[,;\\s\\x00]+")) {
        if (!item.isEmpty()) {
          check(table, single, item, path);
        }
      }
    } else if (format.endsWith("-opt")) {
      if (!value.isEmpty()) {
        check(table, format.substring(0, format.length() - "-opt".length()), value, path);
      }
    } else {
      simple(format, value);
    }
  }

  private static void simple(String format, String value) {
    switch (format) {
      case "pve-storage-id" -> storageId(value);
      case "pve-storage-content" -> {
        if (!CONTENT.contains(value)) {
          throw new FormatException("invalid content type '" + value + "'\n");
        }
      }
      case "pve-priv" -> {
        if (!Privileges.ALL.contains(value)) {
          throw new FormatException("invalid privilege '" + value + "'\n");
        }
      }
      default -> {
        var rule = RULES.get(format);
        if (rule != null && !rule.pattern.matcher(value).matches()) {
          throw new FormatException(rule.message.apply(value) + "\n");
        }
      }
    }
  }

  private static void storageId(String value) {
    if (value.length() < 2) {
      throw new FormatException("storage ID '" + value + "' cannot be shorter than 2 characters\n");
    }
    if (!value.matches(STORAGE_ID)) {
      throw new FormatException("storage ID '" + value + "' contains illegal characters\n");
    }
  }

  private static void cpuType(Map<String, Parameter> parts, String value) {
    String type = new PropertyString(parts).parse(value).getOrDefault("cputype", "kvm64");
    var models = parts.get("reported-model");
    if (models != null
        && !type.startsWith("custom-")
        && !type.startsWith("x86-64-")
        && !models.values().contains(type)) {
      throw new FormatException(
          "Built-in cputype '" + type + "' is not defined (missing 'custom-' prefix?)\n");
    }
  }

  private static Map.Entry<String, Rule> rule(
      String format, String pattern, UnaryOperator<String> message) {
    return Map.entry(format, new Rule(Pattern.compile(pattern), message));
  }
}
