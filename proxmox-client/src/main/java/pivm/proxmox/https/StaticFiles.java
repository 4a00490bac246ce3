package pivm.proxmox.https;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;

/**
 * The files that a node serves beside its API to everybody (pve-manager, {@code
 * PVE/Service/pveproxy.pm}).
 */
public final class StaticFiles {
  private static final int LARGEST = 64 << 20;

  /**
   * Reads a file from the first endpoint, by the same trust as calls; no credentials are sent.
   *
   * @param path such as {@code /pve-docs/api-viewer/apidoc.js}
   * @throws IOException when it cannot be had
   */
  public static byte[] read(HttpsSettings settings, String path) throws IOException {
    URI endpoint = settings.endpoints().getFirst();
    try (var connections = new Connections(endpoint, new Tls(settings.fingerprint()), settings)) {
      Connections.Connection connection = connections.open();
      try {
        return read(connection, endpoint, path);
      } catch (HttpException broken) {
        throw new IOException(endpoint + path + ": " + broken.getMessage(), broken);
      } finally {
        connection.close();
      }
    }
  }

  private static byte[] read(Connections.Connection connection, URI endpoint, String path)
      throws IOException, HttpException {
    var request = new BasicClassicHttpRequest("GET", Encoding.path(path));
    request.addHeader("Host", endpoint.getAuthority());
    request.addHeader("Connection", "close");
    connection.http.sendRequestHeader(request);
    connection.http.flush();
    ClassicHttpResponse response = connection.http.receiveResponseHeader();
    connection.http.receiveResponseEntity(response);
    if (response.getCode() != 200 || response.getEntity() == null) {
      throw new IOException(
          endpoint + path + ": " + response.getCode() + " " + response.getReasonPhrase());
    }
    try (InputStream content = response.getEntity().getContent()) {
      byte[] read = content.readNBytes(LARGEST + 1);
      if (read.length > LARGEST) {
        throw new IOException(endpoint + path + " is larger than " + LARGEST + " bytes");
      }
      return read;
    }
  }

  private StaticFiles() {}
}
