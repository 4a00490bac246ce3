package pivm.simulator.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pivm.simulator.testing.Lab;

class SimulatorServerTest {
  private final Lab lab = Lab.three();
  private SimulatorServer server;

  SimulatorServerTest() {
    server = plain();
  }

  private SimulatorServer plain() {
    try {
      return SimulatorServer.start(
          new SimulatorServer.Options("127.0.0.1", 0, false, java.time.Duration.ZERO),
          lab.cluster()::handle);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @BeforeEach
  void listens() {
    assertThat(server.port()).isPositive();
  }

  @AfterEach
  void close() {
    server.close();
  }

  private String exchange(String head, String body) throws IOException {
    try (var socket = new Socket(java.net.InetAddress.getLoopbackAddress(), server.port())) {
      String text =
          head
              + "\r\nHost: x\r\nConnection: close\r\nContent-Length: "
              + body.length()
              + "\r\nAuthorization: PVEAPIToken="
              + Lab.TOKEN
              + "="
              + Lab.SECRET
              + "\r\n\r\n"
              + body;
      socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      var out = new StringBuilder();
      in.lines().forEach(line -> out.append(line).append('\n'));
      return out.toString();
    }
  }

  @Test
  void answersWithDataInJson() throws IOException {
    assertThat(exchange("GET /api2/json/version HTTP/1.1", ""))
        .startsWith("HTTP/1.1 200 OK\n")
        .contains("Content-Type: application/json; charset=UTF-8")
        .endsWith(
            "{\"data\":{\"version\":\"9.2.11\",\"release\":\"9.2\",\"repoid\":\"14a22df35955d97d\"}}\n");
  }

  @Test
  void putsTheErrorIntoTheReasonPhrase() throws IOException {
    assertThat(exchange("GET /api2/json/nodes/pve-1/qemu/999/config HTTP/1.1", ""))
        .startsWith(
            "HTTP/1.1 500 Configuration file 'nodes/pve-1/qemu-server/999.conf' does not exist\n");
  }

  @Test
  void refusesRepeatedFields() throws IOException {
    assertThat(
            exchange(
                "PUT /api2/json/nodes/pve-1/qemu/999/config HTTP/1.1\r\nContent-Type:"
                    + " application/x-www-form-urlencoded",
                "cores=1&cores=2"))
        .startsWith("HTTP/1.1 400 Parameter verification failed.\n")
        .contains("type check ('integer') failed - got ARRAY");
  }

  @Test
  void servesTheCertificateWhoseFingerprintItTells() throws Exception {
    server.close();
    server = SimulatorServer.start(SimulatorServer.Options.local(), lab.cluster()::handle);
    assertThat(server.endpoint()).startsWith("https://127.0.0.1:");
    var trust =
        new javax.net.ssl.X509ExtendedTrustManager() {
          @Override
          public void checkClientTrusted(java.security.cert.X509Certificate[] c, String a) {}

          @Override
          public void checkServerTrusted(java.security.cert.X509Certificate[] c, String a) {}

          @Override
          public void checkClientTrusted(
              java.security.cert.X509Certificate[] c, String a, Socket s) {}

          @Override
          public void checkServerTrusted(
              java.security.cert.X509Certificate[] c, String a, Socket s) {}

          @Override
          public void checkClientTrusted(
              java.security.cert.X509Certificate[] c, String a, javax.net.ssl.SSLEngine e) {}

          @Override
          public void checkServerTrusted(
              java.security.cert.X509Certificate[] c, String a, javax.net.ssl.SSLEngine e) {}

          @Override
          public java.security.cert.X509Certificate[] getAcceptedIssuers() {
            return new java.security.cert.X509Certificate[0];
          }
        };
    var context = javax.net.ssl.SSLContext.getInstance("TLS");
    context.init(null, new javax.net.ssl.TrustManager[] {trust}, null);
    try (var socket =
        (javax.net.ssl.SSLSocket)
            context
                .getSocketFactory()
                .createSocket(java.net.InetAddress.getLoopbackAddress(), server.port())) {
      socket.startHandshake();
      var certificate = socket.getSession().getPeerCertificates()[0];
      var digest =
          java.security.MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      assertThat(java.util.HexFormat.ofDelimiter(":").withUpperCase().formatHex(digest))
          .isEqualTo(server.fingerprint());
    }
  }
}
