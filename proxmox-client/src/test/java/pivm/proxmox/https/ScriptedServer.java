package pivm.proxmox.https;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import org.jspecify.annotations.Nullable;

/** An HTTPS server that says exactly what a test wants, also nothing at all. */
final class ScriptedServer implements AutoCloseable {

  /** A request as it came. */
  record Request(int connection, String line, List<String> headers, String body) {
    String header(String name) {
      for (String header : headers) {
        if (header.regionMatches(true, 0, name + ":", 0, name.length() + 1)) {
          return header.substring(name.length() + 1).strip();
        }
      }
      return "";
    }
  }

  /** Closes the connection instead of an answer. */
  static final String HANG_UP = "";

  private static final char[] PASSWORD = "scripted".toCharArray();
  private final SSLServerSocket listener;
  private final Function<Request, String> script;
  final List<Request> requests = new CopyOnWriteArrayList<>();
  final Fingerprint fingerprint;
  private final AtomicInteger connections = new AtomicInteger();

  ScriptedServer(Function<Request, String> script) {
    this(script, null);
  }

  /** As a server answers whose keys have to be of an approved curve. */
  static ScriptedServer withApprovedCurvesOnly(Function<Request, String> script) {
    return new ScriptedServer(script, new String[] {"secp256r1"});
  }

  private ScriptedServer(Function<Request, String> script, String @Nullable [] groups) {
    this.script = script;
    try {
      KeyStore keys = KeyStore.getInstance(KeyFile.PATH.toFile(), PASSWORD);
      fingerprint = Fingerprint.of((X509Certificate) keys.getCertificate("server"));
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(keys, PASSWORD);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      listener =
          (SSLServerSocket)
              context
                  .getServerSocketFactory()
                  .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (GeneralSecurityException broken) {
      throw new IllegalStateException(broken);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
    if (groups != null) {
      SSLParameters parameters = listener.getSSLParameters();
      parameters.setNamedGroups(groups);
      listener.setSSLParameters(parameters);
    }
    Thread.ofVirtual().start(this::accept);
  }

  /** A key and certificate, made once. */
  private static final class KeyFile {
    static final Path PATH = make();

    private static Path make() {
      try {
        Path file = Files.createTempDirectory("scripted").resolve("keys.p12");
        file.toFile().deleteOnExit();
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-dname",
                "CN=test",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
        return file;
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(interrupted);
      }
    }
  }

  static String json(int status, String reason, String body) {
    return "HTTP/1.1 %d %s\r\nConnection: %s\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(status, reason, status < 400 ? "Keep-Alive" : "close", body.length(), body);
  }

  static String data(String json) {
    return json(200, "OK", "{\"data\":" + json + "}");
  }

  URI endpoint() {
    return URI.create("https://127.0.0.1:" + listener.getLocalPort());
  }

  HttpsSettings settings() {
    return HttpsSettings.of(
        endpoint(), new Credentials.ApiToken("ci@pve!t", "canary-secret"), fingerprint);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket socket = listener.accept();
        int number = connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket, number));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket socket, int number) {
    try (socket) {
      var reader =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
      OutputStream out = socket.getOutputStream();
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        Request request = read(number, line, reader);
        requests.add(request);
        String answer = script.apply(request);
        if (answer.isEmpty()) {
          return;
        }
        out.write(answer.getBytes(StandardCharsets.UTF_8));
        out.flush();
      }
    } catch (IOException gone) {
      // The client may hang up whenever it likes.
      return;
    }
  }

  private static Request read(int number, String line, BufferedReader reader) throws IOException {
    List<String> headers = new CopyOnWriteArrayList<>();
    for (String header = reader.readLine();
        header != null && !header.isEmpty();
        header = reader.readLine()) {
      headers.add(header);
    }
    String length = new Request(number, line, headers, "").header("Content-Length");
    char[] body = new char[length.isEmpty() ? 0 : Integer.parseInt(length)];
    int at = 0;
    while (at < body.length) {
      at += reader.read(body, at, body.length - at);
    }
    return new Request(number, line, headers, new String(body));
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
