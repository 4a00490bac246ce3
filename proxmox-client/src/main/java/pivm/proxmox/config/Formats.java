package pivm.proxmox.config;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.schema.Constraint;

/** Proxmox's named formats (pve-common, src/PVE/JSONSchema.pm, {@code register_format}). */
final class Formats {
  private static final Pattern DNS_LABEL =
      Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?");
  private static final Pattern CONFIG_ID = Pattern.compile("[a-zA-Z][a-zA-Z0-9_-]+");
  private static final Pattern STORAGE_ID = Pattern.compile("[a-zA-Z][a-zA-Z0-9._-]*[a-zA-Z0-9]");
  // The first byte's lowest bit marks groups, which no card may have.
  private static final Pattern MAC =
      Pattern.compile("[a-fA-F0-9][02468aceACE](?::[a-fA-F0-9]{2}){5}");
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9_+.-]*");
  private static final Pattern URL_ENCODED = Pattern.compile("[-%a-zA-Z0-9_.!~*'()]*");
  private static final Pattern DOTTED = Pattern.compile("/\\.\\.?(?:/|$)|^\\.\\./");
  private static final Pattern BRIDGE = Pattern.compile("[-_.\\w]+");
  private static final Set<String> HOTPLUG =
      Set.of("network", "disk", "cpu", "memory", "usb", "cloudinit");
  private static final Set<String> IPV4_WORDS = Set.of("dhcp", "manual");
  private static final Set<String> IPV6_WORDS = Set.of("dhcp", "auto", "manual");

  private Formats() {}

  /** The rest of a sentence about what is wrong; null when nothing is. */
  static @Nullable String problem(Constraint constraint, String value) {
    String format = constraint.format();
    return switch (format) {
      case null -> null;
      case "dns-name" -> told(dnsName(value), value, "a DNS name");
      case "dns-name-list" -> each(value, Formats::dnsName, "a DNS name");
      case "pve-configid" -> told(CONFIG_ID.matcher(value).matches(), value, "an identifier");
      case "pve-storage-id" -> told(STORAGE_ID.matcher(value).matches(), value, "a storage's name");
      case "pve-bridge-id" -> told(BRIDGE.matcher(value).matches(), value, "a bridge's name");
      case "mac-addr" -> told(MAC.matcher(value).matches(), value, "a hardware address");
      case "disk-size" -> told(ByteSize.parse(value) != null, value, "a size such as 8G");
      case "pve-tag-list" -> each(value, tag -> TAG.matcher(tag).matches(), "a tag");
      case "urlencoded" -> told(URL_ENCODED.matcher(value).matches(), "the text", "URL encoded");
      case "ipv4" -> told(ipv4(value), value, "an IPv4 address");
      case "ipv6" -> told(ipv6(value), value, "an IPv6 address");
      case "pve-ipv4-config" ->
          told(
              IPV4_WORDS.contains(value) || network(value, false),
              value,
              "dhcp, manual or an IPv4 address with prefix length");
      case "pve-ipv6-config" ->
          told(
              IPV6_WORDS.contains(value) || network(value, true),
              value,
              "dhcp, auto, manual or an IPv6 address with prefix length");
      case "pve-hotplug-features" ->
          value.equals("0") || value.equals("1")
              ? null
              : each(value, HOTPLUG::contains, "a hotplug feature");
      case "pve-volume-id" -> told(volume(value), value, "STORAGE:VOLUME");
      case "pve-lxc-mp-string" -> told(!DOTTED.matcher(value).find(), value, "a path without dots");
      default -> null;
    };
  }

  private static @Nullable String told(boolean good, String value, String expected) {
    return good ? null : "is '" + value + "', which is not " + expected;
  }

  private static @Nullable String each(String list, Predicate<String> good, String expected) {
    for (String word : Words.split(list)) {
      if (!good.test(word)) {
        return told(false, word, expected);
      }
    }
    return null;
  }

  private static boolean dnsName(String value) {
    for (String label : value.split("\\.", -1)) {
      if (!DNS_LABEL.matcher(label).matches()) {
        return false;
      }
    }
    return true;
  }

  private static boolean volume(String value) {
    VolumeRef volume = VolumeRef.parse(value);
    return volume instanceof VolumeRef.Volume
        || volume instanceof VolumeRef.Allocation
        || volume instanceof VolumeRef.CloudInit;
  }

  private static boolean network(String value, boolean six) {
    int slash = value.indexOf('/');
    if (slash < 0) {
      return false;
    }
    String address = value.substring(0, slash);
    try {
      int length = Integer.parseInt(value.substring(slash + 1));
      return six ? ipv6(address) && length <= 128 : ipv4(address) && length <= 32;
    } catch (NumberFormatException notANumber) {
      return false;
    }
  }

  private static boolean ipv4(String value) {
    try {
      return value.chars().filter(c -> c == '.').count() == 3
          && Inet4Address.ofLiteral(value).getAddress().length == 4;
    } catch (IllegalArgumentException notAnAddress) {
      return false;
    }
  }

  private static boolean ipv6(String value) {
    try {
      return value.indexOf(':') >= 0
          && value.indexOf('%') < 0
          && Inet6Address.ofLiteral(value).getAddress().length == 16;
    } catch (IllegalArgumentException notAnAddress) {
      return false;
    }
  }
}
