package pivm.engine.manifest;

/** Tells URL-encoded text, which Proxmox keeps SSH keys in, from plain text. */
final class PercentEncoding {
  private PercentEncoding() {}

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
