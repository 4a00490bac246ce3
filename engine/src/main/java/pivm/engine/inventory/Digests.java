package pivm.engine.inventory;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short names for long texts: the first bytes of their SHA-256 in hexadecimal digits. */
public final class Digests {

  private static final byte[] END = {0};

  private final MessageDigest hash = sha256();

  /** Of several texts, one after the other; where one ends counts. */
  public Digests add(String text) {
    hash.update(text.getBytes(StandardCharsets.UTF_8));
    hash.update(END);
    return this;
  }

  /**
   * The name of what was added; afterwards nothing is.
   *
   * @param bytes how many of the 32, two digits each
   */
  public String hex(int bytes) {
    return HexFormat.of().formatHex(hash.digest(), 0, bytes);
  }

  /** The name of one text, as {@code sha256sum} tells it too. */
  public static String of(String text, int bytes) {
    byte[] digest = sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest, 0, bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("this Java has no SHA-256", absent);
    }
  }
}
