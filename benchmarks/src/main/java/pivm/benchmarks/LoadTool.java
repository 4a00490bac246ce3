package pivm.benchmarks;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Sends reads as fast as kept connections allow and throws the answers away: what any client has to
 * wait for. Trusts every certificate, so it is for this machine only.
 */
final class LoadTool {
  private final URI endpoint;
  private final String token;
  private final SSLContext tls;

  LoadTool(String endpoint, String token) {
    this.endpoint = URI.create(endpoint);
    this.token = token;
    try {
      tls = SSLContext.getInstance("TLS");
      tls.init(null, new TrustManager[] {new TrustsAll()}, null);
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    }
  }

  /** Reads all paths over so many connections; gives the seconds that took. */
  double read(List<String> paths, int connections) throws InterruptedException {
    var next = new AtomicInteger();
    long began = System.nanoTime();
    try (var threads = Executors.newFixedThreadPool(connections)) {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        workers.add(
            threads.submit(() -> {
              work(paths, next);
              return true;
            }));
      }
      for (Future<?> worker : workers) {
        worker.get();
      }
    } catch (ExecutionException failed) {
      throw new IllegalStateException("the load tool failed", failed.getCause());
    }
    return (System.nanoTime() - began) / 1e9;
  }

  private void work(List<String> paths, AtomicInteger next) throws IOException {
    @Nullable SSLSocket socket = null;
    for (int i = next.getAndIncrement(); i < paths.size(); i = next.getAndIncrement()) {
      if (socket == null) {
        socket =
            (SSLSocket) tls.getSocketFactory().createSocket(endpoint.getHost(), endpoint.getPort());
        socket.setTcpNoDelay(true);
      }
      socket.getOutputStream().write(request(paths.get(i)));
      if (!keptAfter(socket)) {
        socket.close();
        socket = null;
      }
    }
    if (socket != null) {
      socket.close();
    }
  }

  private byte[] request(String path) {
    return ("GET /api2/json"
            + path
            + " HTTP/1.1\r\nHost: "
            + endpoint.getAuthority()
            + "\r\nAuthorization: PVEAPIToken="
            + token
            + "\r\n\r\n")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Reads an answer to its end; whether the connection stays open. */
  private static boolean keptAfter(SSLSocket socket) throws IOException {
    var in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
    String status = line(in);
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException(status);
    }
    int length = 0;
    boolean kept = false;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      String lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring(15).strip());
      }
      kept |= lower.equals("connection: keep-alive");
    }
    in.skipNBytes(length);
    return kept;
  }

  private static String line(InputStream in) throws IOException {
    var text = new StringBuilder();
    for (int at = in.read(); at != '\n'; at = in.read()) {
      if (at < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (at != '\r') {
        text.append((char) at);
      }
    }
    return text.toString();
  }

  private static final class TrustsAll implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
