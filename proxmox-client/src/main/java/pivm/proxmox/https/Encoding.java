package pivm.proxmox.https;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Map;

/** URL encoding of paths, queries and forms. */
final class Encoding {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final String IN_PATHS = "-_.~/:@!$&'()*+,;=";

  private Encoding() {}

  /** A path; its slashes part the segments, and stand inside a last one that is a volume id. */
  static String path(String path) {
    return encode(path, IN_PATHS);
  }

  /** A form or query. Every value is encoded whole: the server misreads a bare equals sign. */
  static String form(Map<String, String> parameters) {
    var form = new StringBuilder();
    parameters.forEach((name, value) -> {
      if (!form.isEmpty()) {
        form.append('&');
      }
      form.append(encode(name, "-_.~")).append('=').append(encode(value, "-_.~"));
    });
    return form.toString();
  }

  static String encode(String text, String plain) {
    var encoded = new StringBuilder(text.length() + 16);
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (b & 0xff);
      if ((c < 0x80 && Character.isLetterOrDigit(c)) || plain.indexOf(c) >= 0) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HEX.toHexDigits(b));
      }
    }
    return encoded.toString();
  }
}
