package pivm.proxmox.config;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Percent encodings: URLs' for keys, and that of description lines in config files. */
public final class Escapes {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private Escapes() {}

  /**
   * Encodes a value whose format is {@code urlencoded}, such as {@code sshkeys}. The encoding of
   * the form or query that carries it comes on top.
   */
  public static String url(String text) {
    var encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      boolean letterOrDigit = c < 0x80 && Character.isLetterOrDigit(c);
      append(encoded, b, letterOrDigit || "-_.~".indexOf(c) >= 0);
    }
    return encoded.toString();
  }

  /** Encodes a line of a description as config files hold it: controls, non-ASCII, ':' and '%'. */
  public static String line(String text) {
    var encoded = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      append(encoded, b, b >= 0x20 && b < 0x7f && b != '%' && b != ':');
    }
    return encoded.toString();
  }

  private static void append(StringBuilder encoded, byte b, boolean plain) {
    if (plain) {
      encoded.append((char) b);
    } else {
      encoded.append('%').append(HEX.toHexDigits(b));
    }
  }

  /** Decodes either; a percent sign that starts no escape stays as it is. */
  public static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    var bytes = new ByteArrayOutputStream(text.length());
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < encoded.length; i++) {
      boolean escape =
          encoded[i] == '%'
              && i + 2 < encoded.length
              && HexFormat.isHexDigit(encoded[i + 1])
              && HexFormat.isHexDigit(encoded[i + 2]);
      if (escape) {
        bytes.write(
            HexFormat.fromHexDigit(encoded[i + 1]) << 4 | HexFormat.fromHexDigit(encoded[i + 2]));
        i += 2;
      } else {
        bytes.write(encoded[i]);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
