package pivm.engine.manifest;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** URL encoding as Proxmox keeps SSH keys in: only letters, digits and {@code -._~} stay. */
final class PercentEncoding {
  private PercentEncoding() {}

  static String encode(String text) {
    var encoded = new StringBuilder();
    for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
      char sign = (char) (octet & 0xFF);
      boolean plain =
          (sign >= 'A' && sign <= 'Z')
              || (sign >= 'a' && sign <= 'z')
              || (sign >= '0' && sign <= '9')
              || "-._~".indexOf(sign) >= 0;
      if (plain) {
        encoded.append(sign);
      } else {
        encoded.append('%').append(String.format(Locale.ROOT, "%02X", (int) sign));
      }
    }
    return encoded.toString();
  }

  /** Whether it can only be the encoded form: no blanks, and every percent sign has its digits. */
  static boolean looksEncoded(String text) {
    for (int at = 0; at < text.length(); at++) {
      char sign = text.charAt(at);
      boolean escape =
          at + 2 < text.length()
              && Character.digit(text.charAt(at + 1), 16) >= 0
              && Character.digit(text.charAt(at + 2), 16) >= 0;
      if (sign <= ' ' || sign > '~' || (sign == '%' && !escape)) {
        return false;
      }
    }
    return text.indexOf('%') >= 0;
  }
}
