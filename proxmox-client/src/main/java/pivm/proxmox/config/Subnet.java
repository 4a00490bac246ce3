package pivm.proxmox.config;

import java.net.InetAddress;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An address with the length of its network's prefix: {@code 10.20.0.11/24}. Names are never looked
 * up.
 *
 * @param address normal text of the address
 * @param prefix length in bits
 */
public record Subnet(String address, int prefix) {
  private static final Pattern V4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");

  /** Reads {@code ADDRESS/PREFIX}; null when it is none. */
  public static @Nullable Subnet parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("\\d{1,3}")) {
      return null;
    }
    String address = address(text.substring(0, slash));
    int prefix = Integer.parseInt(text.substring(slash + 1));
    return address == null || prefix > bits(address) ? null : new Subnet(address, prefix);
  }

  /** The normal text of an IP address, so that equal addresses are equal texts; null for none. */
  public static @Nullable String address(String text) {
    if (V4.matcher(text).matches()) {
      return text;
    }
    if (text.indexOf(':') < 0 || text.indexOf('%') >= 0 || text.indexOf('[') >= 0) {
      return null;
    }
    try {
      return InetAddress.ofLiteral(text).getHostAddress();
    } catch (IllegalArgumentException notAnAddress) {
      return null;
    }
  }

  private static int bits(String address) {
    return address.indexOf(':') < 0 ? 32 : 128;
  }

  public boolean isV6() {
    return address.indexOf(':') >= 0;
  }

  /** Whether an address of the same family lies in this network. */
  public boolean holds(String other) {
    String normal = address(other);
    if (normal == null || bits(normal) != bits(address)) {
      return false;
    }
    byte[] here = InetAddress.ofLiteral(address).getAddress();
    byte[] there = InetAddress.ofLiteral(normal).getAddress();
    for (int bit = 0; bit < prefix; bit++) {
      int mask = 0x80 >> (bit % 8);
      if ((here[bit / 8] & mask) != (there[bit / 8] & mask)) {
        return false;
      }
    }
    return true;
  }

  /** Whether both networks share addresses. */
  public boolean overlaps(Subnet other) {
    return prefix <= other.prefix ? holds(other.address) : other.holds(address);
  }

  @Override
  public String toString() {
    return address + "/" + prefix;
  }
}
