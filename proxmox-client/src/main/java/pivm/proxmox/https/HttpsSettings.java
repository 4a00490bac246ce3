package pivm.proxmox.https;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.Time;

/**
 * Where and how to reach Proxmox.
 *
 * @param endpoints {@code https://HOST:8006} of one node, or of several, of which the first that
 *     can be reached takes the writes
 * @param fingerprint of the endpoints' certificate; null to trust what this machine trusts
 * @param spreadReads whether reads go to all endpoints in turn
 * @param connectTimeout until a connection is made and encrypted
 * @param readTimeout between two pieces of an answer; an answer that needs a locked guest or a slow
 *     storage takes its time
 * @param concurrency how many calls are under way at most; more wait
 */
public record HttpsSettings(
    List<URI> endpoints,
    Credentials credentials,
    @Nullable Fingerprint fingerprint,
    boolean spreadReads,
    Duration connectTimeout,
    Duration readTimeout,
    int concurrency,
    Time time) {

  public HttpsSettings {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw new IllegalArgumentException("no endpoint to connect to");
    }
    for (URI endpoint : endpoints) {
      if (!"https".equals(endpoint.getScheme()) || endpoint.getHost() == null) {
        throw new IllegalArgumentException(
            "'" + endpoint + "' is no endpoint: expected https://HOST:8006");
      }
    }
  }

  /** With the usual limits: 5 s to connect, 90 s to answer, 8 calls at once. */
  public static HttpsSettings of(
      URI endpoint, Credentials credentials, @Nullable Fingerprint fingerprint) {
    return new HttpsSettings(
        List.of(endpoint),
        credentials,
        fingerprint,
        false,
        Duration.ofSeconds(5),
        Duration.ofSeconds(90),
        8,
        Time.system());
  }

  public HttpsSettings withEndpoints(List<URI> others, boolean spread) {
    return new HttpsSettings(
        others, credentials, fingerprint, spread, connectTimeout, readTimeout, concurrency, time);
  }

  public HttpsSettings withTimeouts(Duration connect, Duration read) {
    return new HttpsSettings(
        endpoints, credentials, fingerprint, spreadReads, connect, read, concurrency, time);
  }

  public HttpsSettings withConcurrency(int calls) {
    return new HttpsSettings(
        endpoints, credentials, fingerprint, spreadReads, connectTimeout, readTimeout, calls, time);
  }

  public HttpsSettings withTime(Time other) {
    return new HttpsSettings(
        endpoints,
        credentials,
        fingerprint,
        spreadReads,
        connectTimeout,
        readTimeout,
        concurrency,
        other);
  }
}
