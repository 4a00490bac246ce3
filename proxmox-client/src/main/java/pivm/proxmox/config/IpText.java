package pivm.proxmox.config;

import java.net.Inet6Address;
import java.util.Locale;

/** IP addresses as text; names are never looked up. */
final class IpText {
  private IpText() {}

  /** One text for all spellings of an address with or without prefix length. */
  static String normal(String value) {
    String text = value.toLowerCase(Locale.ROOT);
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    String prefix = slash < 0 ? "" : text.substring(slash);
    if (address.indexOf(':') < 0) {
      return text;
    }
    try {
      return Inet6Address.ofLiteral(address).getHostAddress() + prefix;
    } catch (IllegalArgumentException notAnAddress) {
      return text;
    }
  }
}
