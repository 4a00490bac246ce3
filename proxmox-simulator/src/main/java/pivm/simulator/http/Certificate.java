package pivm.simulator.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A self-signed certificate, made anew at each start, with just enough DER for it. Its key is one
 * for RSA of 2048 bits, as that of a node is (pve-cluster, src/PVE/Cluster/Setup.pm).
 */
public final class Certificate {
  private static final byte[] RSA_WITH_SHA256 =
      HexFormat.of().parseHex("300d06092a864886f70d01010b0500");
  private static final byte[] COMMON_NAME = HexFormat.of().parseHex("0603550403");
  private static final byte[] ALTERNATIVE_NAMES = HexFormat.of().parseHex("0603551d11");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

  private final X509Certificate certificate;
  private final KeyPair keys;

  private Certificate(X509Certificate certificate, KeyPair keys) {
    this.certificate = certificate;
    this.keys = keys;
  }

  public static Certificate selfSigned(String host) throws GeneralSecurityException {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    var keys = generator.generateKeyPair();
    byte[] name = sequence(set(sequence(COMMON_NAME, text(host))));
    Instant now = Instant.now();
    byte[] validity =
        sequence(time(now.minus(Duration.ofDays(1))), time(now.plus(Duration.ofDays(3650))));
    byte[] alternatives =
        sequence(
            tagged(0x82, "localhost".getBytes(StandardCharsets.US_ASCII)),
            tagged(0x82, host.getBytes(StandardCharsets.US_ASCII)),
            tagged(0x87, new byte[] {127, 0, 0, 1}));
    byte[] extensions =
        tagged(0xa3, sequence(sequence(ALTERNATIVE_NAMES, tagged(0x04, alternatives))));
    byte[] body =
        sequence(
            tagged(0xa0, tagged(0x02, new byte[] {2})),
            tagged(0x02, BigInteger.valueOf(now.toEpochMilli()).toByteArray()),
            RSA_WITH_SHA256,
            name,
            validity,
            name,
            keys.getPublic().getEncoded(),
            extensions);
    var signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(keys.getPrivate());
    signature.update(body);
    byte[] signed = concat(new byte[] {0}, signature.sign());
    byte[] whole = sequence(body, RSA_WITH_SHA256, tagged(0x03, signed));
    var factory = CertificateFactory.getInstance("X.509");
    return new Certificate(
        (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(whole)), keys);
  }

  /** SHA-256 of the certificate as Proxmox shows it: {@code AA:BB:…}. */
  String fingerprint() throws GeneralSecurityException {
    var digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    return HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest);
  }

  public SSLContext context() throws GeneralSecurityException {
    try {
      var store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      var password = new char[0];
      store.setKeyEntry(
          "simulator", keys.getPrivate(), password, new X509Certificate[] {certificate});
      var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(store, password);
      var context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (java.io.IOException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static byte[] text(String text) {
    return tagged(0x0c, text.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] time(Instant instant) {
    return tagged(0x18, TIME.format(instant).getBytes(StandardCharsets.US_ASCII));
  }

  private static byte[] sequence(byte[]... parts) {
    return tagged(0x30, concat(parts));
  }

  private static byte[] set(byte[]... parts) {
    return tagged(0x31, concat(parts));
  }

  private static byte[] tagged(int tag, byte[] content) {
    var out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 128) {
      out.write(content.length);
    } else {
      byte[] length = BigInteger.valueOf(content.length).toByteArray();
      int skip = length[0] == 0 ? 1 : 0;
      out.write(0x80 | (length.length - skip));
      out.write(length, skip, length.length - skip);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
