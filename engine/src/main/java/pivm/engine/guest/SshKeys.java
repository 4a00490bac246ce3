package pivm.engine.guest;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The URL encoding that Proxmox keeps cloud-init's SSH keys in; a plus is a plus. */
final class SshKeys {
  private SshKeys() {}

  static String decode(String encoded) {
    byte[] raw = encoded.getBytes(StandardCharsets.UTF_8);
    var decoded = new ByteArrayOutputStream(raw.length);
    for (int at = 0; at < raw.length; at++) {
      int high = at + 2 < raw.length ? Character.digit(raw[at + 1], 16) : -1;
      int low = high < 0 ? -1 : Character.digit(raw[at + 2], 16);
      if (raw[at] == '%' && low >= 0) {
        decoded.write(high * 16 + low);
        at += 2;
      } else {
        decoded.write(raw[at]);
      }
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }
}
