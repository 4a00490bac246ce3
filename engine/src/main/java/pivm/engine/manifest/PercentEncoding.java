package pivm.engine.manifest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** URL encoding as Proxmox keeps SSH keys in: only letters, digits and {@code -._~} stay. */
final class PercentEncoding {
  private static final Pattern ENCODED = Pattern.compile("(?:[!-$&-~]|%[0-9A-Fa-f]{2})*");

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
    return text.indexOf('%') >= 0 && ENCODED.matcher(text).matches();
  }

  static String decode(String text) {
    var octets = new ByteArrayOutputStream();
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < raw.length; at++) {
      int high = at + 2 < raw.length ? Character.digit(raw[at + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(raw[at + 2], 16);
      if (raw[at] == '%' && low >= 0) {
        octets.write(high * 16 + low);
        at += 2;
      } else {
        octets.write(raw[at]);
      }
    }
    return octets.toString(StandardCharsets.UTF_8);
  }
}
