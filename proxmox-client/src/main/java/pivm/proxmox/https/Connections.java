package pivm.proxmox.https;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.DefaultBHttpClientConnection;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The connections to one endpoint.
 *
 * <p>The server closes a connection that was idle for 5 s, or after 100 requests, or when its
 * worker ends (pve-http-server, src/PVE/APIServer/AnyEvent.pm). A request sent at that moment is
 * lost without a trace, so only reads, which can be repeated, go out on a kept connection, and on
 * none that was idle for long.
 */
final class Connections implements AutoCloseable {
  private static final long KEEP_NANOS = Duration.ofSeconds(4).toNanos();
  private static final int REQUESTS = 99;

  /** A connection with its history. */
  static final class Connection {
    final DefaultBHttpClientConnection http;
    private long idleSince = System.nanoTime();
    private int requests;

    Connection(DefaultBHttpClientConnection http) {
      this.http = http;
    }

    /** Whether it has carried a request before, so that the server may be closing it. */
    boolean kept() {
      return requests > 0;
    }

    /** Whether the server has not grown tired of waiting for a request on it. */
    private boolean isFresh() {
      return System.nanoTime() - idleSince < KEEP_NANOS;
    }

    void close() {
      http.close(CloseMode.IMMEDIATE);
    }
  }

  private final URI endpoint;
  private final Tls tls;
  private final HttpsSettings settings;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final AtomicReference<@Nullable FutureTask<Connection>> ahead = new AtomicReference<>();
  private volatile boolean quickExchange = true;

  Connections(URI endpoint, Tls tls, HttpsSettings settings) {
    this.endpoint = endpoint;
    this.tls = tls;
    this.settings = settings;
  }

  URI endpoint() {
    return endpoint;
  }

  /** A kept connection that is still good for a read, else a new one. */
  Connection forRead() throws IOException {
    for (Connection kept = poll(); kept != null; kept = poll()) {
      if (kept.isFresh()) {
        return kept;
      }
      kept.close();
    }
    FutureTask<Connection> begun = ahead.getAndSet(null);
    if (begun != null) {
      Connection made = made(begun);
      if (made.isFresh()) {
        return made;
      }
      made.close();
    }
    return open();
  }

  /**
   * Begins a connection for the first read, so that the caller can do something else meanwhile.
   * Whether it fails, that read tells.
   */
  void openAhead() {
    var begun = new FutureTask<>(this::open);
    if (ahead.compareAndSet(null, begun)) {
      Thread.ofPlatform().daemon().name("connecting").start(begun);
    }
  }

  private static Connection made(FutureTask<Connection> begun) throws IOException {
    try {
      return begun.get();
    } catch (ExecutionException failed) {
      switch (failed.getCause()) {
        case IOException broken -> throw broken;
        case RuntimeException refused -> throw refused;
        case null, default -> throw new IllegalStateException(failed);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while connecting");
    }
  }

  private @Nullable Connection poll() {
    lock.lock();
    try {
      return idle.pollFirst();
    } finally {
      lock.unlock();
    }
  }

  /** Takes a connection back after a whole answer that did not ask to close it. */
  void giveBack(Connection connection) {
    connection.requests++;
    connection.idleSince = System.nanoTime();
    if (connection.requests >= REQUESTS) {
      connection.close();
      return;
    }
    lock.lock();
    try {
      idle.addFirst(connection);
    } finally {
      lock.unlock();
    }
  }

  /** A new connection. */
  Connection open() throws IOException {
    boolean quick = quickExchange;
    try {
      return open(quick);
    } catch (SSLException refused) {
      if (!quick || Tls.refusal(refused) != null) {
        throw refused;
      }
      Connection connection = open(false);
      quickExchange = false;
      return connection;
    }
  }

  private Connection open(boolean quick) throws IOException {
    int port = endpoint.getPort() < 0 ? 8006 : endpoint.getPort();
    Socket plain = connect(port);
    try {
      plain.setTcpNoDelay(true);
      plain.setSoTimeout(millis(settings.connectTimeout()));
      SSLSocket encrypted = tls.wrap(plain, endpoint.getHost(), port, quick);
      encrypted.startHandshake();
      var http = new DefaultBHttpClientConnection(Http1Config.DEFAULT);
      http.bind(encrypted, plain);
      http.setSocketTimeout(Timeout.of(settings.readTimeout()));
      return new Connection(http);
    } catch (IOException | RuntimeException failed) {
      plain.close();
      throw failed;
    }
  }

  /** Every address of the host in turn, so that a name with a dead IPv6 address still works. */
  private Socket connect(int port) throws IOException {
    IOException last = new UnknownHostException(endpoint.getHost());
    for (InetAddress address : InetAddress.getAllByName(endpoint.getHost())) {
      var socket = new Socket();
      try {
        socket.connect(new InetSocketAddress(address, port), millis(settings.connectTimeout()));
        return socket;
      } catch (IOException failed) {
        socket.close();
        last = failed;
      }
    }
    throw last;
  }

  private static int millis(Duration duration) {
    return Math.toIntExact(duration.toMillis());
  }

  @Override
  public void close() {
    FutureTask<Connection> begun = ahead.getAndSet(null);
    if (begun != null) {
      discard(begun);
    }
    for (Connection kept = poll(); kept != null; kept = poll()) {
      kept.close();
    }
  }

  /** It may not be made yet, and nobody waits for it any more. */
  private static void discard(FutureTask<Connection> begun) {
    Thread.startVirtualThread(() -> {
      try {
        made(begun).close();
      } catch (IOException | RuntimeException failed) {
        // Then there is nothing to close.
      }
    });
  }
}
