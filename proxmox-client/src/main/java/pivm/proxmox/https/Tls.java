package pivm.proxmox.https;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Encrypts connections to a server whose certificate is pinned, or trusted by this machine. */
final class Tls {

  /** Thrown during the handshake; the message says what is wrong and what to do. */
  static final class NotTrusted extends CertificateException {
    NotTrusted(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * The key exchange that every OpenSSL since 1.1.0 knows. Java would send a key of a NIST curve
   * along, and making the first of those takes longer than all the rest of a handshake.
   */
  private static final String[] QUICK_GROUPS = {"x25519"};

  private final @Nullable Fingerprint pinned;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable SSLSocketFactory made;

  /** As good as free: what Java needs for TLS is loaded when the first connection is made. */
  Tls(@Nullable Fingerprint pinned) {
    this.pinned = pinned;
  }

  /**
   * @param quick whether only the quick key exchange is offered, which a server may refuse that
   *     allows approved curves alone
   */
  SSLSocket wrap(Socket plain, String host, int port, boolean quick) throws IOException {
    var socket = (SSLSocket) factory().createSocket(plain, host, port, true);
    SSLParameters parameters = socket.getSSLParameters();
    if (pinned == null) {
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
    }
    if (quick) {
      parameters.setNamedGroups(QUICK_GROUPS);
    }
    socket.setSSLParameters(parameters);
    return socket;
  }

  /** What a failure says about the certificate; null when it is about something else. */
  static @Nullable NotTrusted refusal(@Nullable Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof NotTrusted refused) {
        return refused;
      }
    }
    return null;
  }

  private SSLSocketFactory factory() {
    lock.lock();
    try {
      SSLSocketFactory factory = made;
      if (factory == null) {
        SSLContext context = SSLContext.getInstance("TLS");
        TrustManager trust = pinned == null ? new Trusted(systemTrust()) : new Pinned(pinned);
        context.init(null, new TrustManager[] {trust}, null);
        factory = context.getSocketFactory();
        made = factory;
      }
      return factory;
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException("this Java runtime cannot make TLS connections", broken);
    } finally {
      lock.unlock();
    }
  }

  private static X509ExtendedTrustManager systemTrust() throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init((KeyStore) null);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return extended;
      }
    }
    throw new GeneralSecurityException("the Java runtime has no trust store");
  }

  /** Servers only: this client shows no certificate and accepts no clients. */
  private abstract static class ServerTrust extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("no clients are expected");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("no clients are expected");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("no clients are expected");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Only the certificate with the pinned fingerprint; its name and issuer mean nothing then. */
  private static final class Pinned extends ServerTrust {
    private final Fingerprint expected;

    Pinned(Fingerprint expected) {
      this.expected = expected;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      Fingerprint got = Fingerprint.of(chain[0]);
      if (!got.equals(expected)) {
        throw new NotTrusted(
            "the certificate has the fingerprint "
                + got
                + ", not the pinned "
                + expected
                + ". If the node's certificate was renewed, check with 'pvenode cert info' on the"
                + " node and pin the new one; if not, somebody else answers in its place",
            null);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }
  }

  /** What this machine trusts; a refusal names the fingerprint, so that it can be pinned. */
  private static final class Trusted extends ServerTrust {
    private final X509ExtendedTrustManager system;

    Trusted(X509ExtendedTrustManager system) {
      this.system = system;
    }

    private static CertificateException refused(X509Certificate[] chain, CertificateException why) {
      return new NotTrusted(
          "this machine does not trust the certificate ("
              + why.getMessage()
              + "). Its SHA-256 fingerprint is "
              + Fingerprint.of(chain[0])
              + ": compare it with 'pvenode cert info' on the node and pin it, or install a"
              + " certificate that this machine trusts",
          why);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      try {
        system.checkServerTrusted(chain, type, socket);
      } catch (CertificateException why) {
        throw refused(chain, why);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      try {
        system.checkServerTrusted(chain, type, engine);
      } catch (CertificateException why) {
        throw refused(chain, why);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      try {
        system.checkServerTrusted(chain, type);
      } catch (CertificateException why) {
        throw refused(chain, why);
      }
    }
  }
}
