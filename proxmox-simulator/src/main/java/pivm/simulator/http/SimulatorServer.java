package pivm.simulator.http;

import java.io.IOException;
import java.net.InetAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.bootstrap.HttpServer;
import org.apache.hc.core5.http.impl.bootstrap.ServerBootstrap;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpProcessorBuilder;
import org.apache.hc.core5.http.protocol.ResponseConnControl;
import org.apache.hc.core5.http.protocol.ResponseContent;
import org.apache.hc.core5.http.protocol.ResponseDate;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import pivm.simulator.api.SimRequest;
import pivm.simulator.api.SimResponse;

/** Serves a simulated cluster over HTTPS, as pveproxy does. */
public final class SimulatorServer implements AutoCloseable {
  private static final int BACKLOG = 256;

  private final HttpServer server;
  private final boolean tls;
  private final String host;
  private final String fingerprint;

  /**
   * How to serve.
   *
   * @param host address to listen on
   * @param port 0 for any free one
   * @param tls whether to encrypt
   * @param refusalDelay how long a 401 takes; three seconds on a real Proxmox VE
   */
  public record Options(String host, int port, boolean tls, Duration refusalDelay) {

    /** HTTPS on a free port of this machine, without delays. */
    public static Options local() {
      return new Options("127.0.0.1", 0, true, Duration.ZERO);
    }
  }

  private SimulatorServer(HttpServer server, boolean tls, String host, String fingerprint) {
    this.server = server;
    this.tls = tls;
    this.host = host;
    this.fingerprint = fingerprint;
  }

  /**
   * Starts serving.
   *
   * @throws IOException when the address cannot be used
   */
  public static SimulatorServer start(Options options, Function<SimRequest, SimResponse> cluster)
      throws IOException {
    return start(options, cluster, Map.of());
  }

  /**
   * Starts serving.
   *
   * @param scripts static files by path, given to everybody
   * @throws IOException when the address cannot be used
   */
  public static SimulatorServer start(
      Options options,
      Function<SimRequest, SimResponse> cluster,
      Map<String, Supplier<String>> scripts)
      throws IOException {
    try {
      var certificate = Certificate.selfSigned("pve-simulator");
      SSLContext context = options.tls() ? certificate.context() : null;
      var server =
          ServerBootstrap.bootstrap()
              .setListenerPort(options.port())
              .setLocalAddress(InetAddress.getByName(options.host()))
              .setSslContext(context)
              .setHttpProcessor(
                  HttpProcessorBuilder.create()
                      .addAll(new ResponseDate(), new ResponseContent(), new ResponseConnControl())
                      .build())
              .setHttp1Config(Http1Config.custom().setMaxLineLength(1 << 20).build())
              .setSocketConfig(
                  SocketConfig.custom()
                      .setSoTimeout(Timeout.ofMinutes(5))
                      .setTcpNoDelay(true)
                      .setBacklogSize(BACKLOG)
                      .build())
              .setCanonicalHostName("localhost")
              .setRequestRouter(
                  (request, httpContext) -> new Front(cluster, scripts, options.refusalDelay()))
              .create();
      server.start();
      return new SimulatorServer(server, options.tls(), options.host(), certificate.fingerprint());
    } catch (GeneralSecurityException e) {
      throw new IOException("no certificate can be made", e);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  /** The address of the API, without path. */
  public String endpoint() {
    return String.format(Locale.ROOT, "%s://%s:%d", tls ? "https" : "http", host, port());
  }

  /** SHA-256 of the certificate in Proxmox's form. */
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() {
    server.initiateShutdown();
    server.close(CloseMode.IMMEDIATE);
    try {
      server.awaitTermination(TimeValue.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
