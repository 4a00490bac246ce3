package pivm.proxmox.https;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The SHA-256 digest of a certificate, in the form that Proxmox shows: {@code AA:BB:…}.
 *
 * @param text in upper case with colons
 */
public record Fingerprint(String text) {
  private static final HexFormat FORM = HexFormat.ofDelimiter(":").withUpperCase();

  /**
   * Reads a fingerprint in any letter case, with colons or without.
   *
   * @throws IllegalArgumentException when it is not 32 bytes in hexadecimal
   */
  public static Fingerprint parse(String text) {
    String digits = text.replace(":", "").replace(" ", "").toLowerCase(Locale.ROOT);
    if (!digits.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no SHA-256 fingerprint: expected 32 bytes in hexadecimal, as 'pvenode cert"
              + " info' prints them");
    }
    return new Fingerprint(FORM.formatHex(HexFormat.of().parseHex(digits)));
  }

  static Fingerprint of(X509Certificate certificate) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return new Fingerprint(FORM.formatHex(digest));
    } catch (NoSuchAlgorithmException | CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
