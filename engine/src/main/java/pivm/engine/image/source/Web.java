package pivm.engine.image.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import pivm.engine.image.Addresses;

/** Reads from the web: addresses that begin with {@code http}, with a bound on everything. */
public final class Web {
  private static final int REDIRECTS = 10;
  private static final int LARGEST_PAGE = 8 << 20;
  private static final int CONNECT_MILLIS = 5_000;

  /** How long a source may take to say what it offers; it holds up nothing else. */
  public static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Between two pieces of a file. */
  private static final int STALL_MILLIS = 30_000;

  private final WebProxies proxies;
  private final String agent;
  private final Duration patience;
  private final int stall;

  /**
   * @param environment for the variables that name proxies
   * @param version of PIVM, which servers see
   */
  public Web(Map<String, String> environment, String version) {
    this(environment, version, PATIENCE, Duration.ofMillis(STALL_MILLIS));
  }

  /** With other bounds than the usual ones. */
  public Web(Map<String, String> environment, String version, Duration patience, Duration stall) {
    this.proxies = new WebProxies(environment);
    this.agent = "pivm/" + version;
    this.patience = patience;
    this.stall = Math.toIntExact(stall.toMillis());
  }

  /** A page, with the address that it came from in the end. */
  public record Page(URI address, String text) {}

  /**
   * What a server says of a file.
   *
   * @param address where it is in the end
   * @param length in bytes; null when it does not say
   * @param mark its entity tag, else its date; null for neither
   * @param type its media type, without parameters; empty when it does not say
   */
  public record Head(URI address, @Nullable Long length, @Nullable String mark, String type) {}

  /**
   * Reads a page. An encrypted address must not lead to one that is not.
   *
   * @throws WebException when it cannot be had in time
   */
  public Page page(URI address) throws WebException, InterruptedException {
    return bounded(
        address,
        holder -> {
          try (WebAnswer answer = open(address, new Ask("GET", 0, null, false), holder)) {
            return new Page(answer.head().address(), text(answer.body(), address));
          }
        });
  }

  /**
   * Asks what a server says of a file.
   *
   * @throws WebException when it does not say anything in time
   */
  public Head head(URI address) throws WebException, InterruptedException {
    return bounded(
        address,
        holder -> {
          try (WebAnswer answer = open(address, new Ask("HEAD", 0, null, true), holder)) {
            return answer.head();
          } catch (WebException refused) {
            if (!refused.lasting()) {
              throw refused;
            }
            return headOfFile(address, holder);
          }
        });
  }

  /** Some servers answer for files only; what the answer begins with is the same. */
  private Head headOfFile(URI address, AtomicReference<@Nullable HttpURLConnection> holder)
      throws WebException {
    try (WebAnswer answer = open(address, new Ask("GET", 0, null, true), holder)) {
      return answer.head();
    }
  }

  /**
   * Opens a file.
   *
   * @param from the byte to begin at
   * @param mark the file's mark when its first part was read; the server then sends all of it if it
   *     has changed
   * @param plain whether an encrypted address may lead to one that is not
   */
  WebAnswer file(URI address, long from, @Nullable String mark, boolean plain) throws WebException {
    return open(address, new Ask("GET", from, mark, plain), new AtomicReference<>());
  }

  private record Ask(String method, long from, @Nullable String mark, boolean plain) {}

  @FunctionalInterface
  private interface Reading<T> {
    T read(AtomicReference<@Nullable HttpURLConnection> holder) throws IOException;
  }

  /** Runs aside, since looking up a name cannot be ended. */
  private <T> T bounded(URI address, Reading<T> reading) throws WebException, InterruptedException {
    var holder = new AtomicReference<@Nullable HttpURLConnection>();
    var task = new FutureTask<T>(() -> reading.read(holder));
    Thread.ofVirtual().name("web").start(task);
    try {
      return task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException slow) {
      throw new WebException(
          Addresses.shown(address.toString()) + " does not answer within " + seconds(),
          false,
          slow);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof WebException known) {
        throw known;
      }
      throw failure(address, failed.getCause() == null ? failed : failed.getCause());
    } finally {
      HttpURLConnection open = holder.get();
      if (open != null) {
        Thread.ofVirtual().start(open::disconnect);
      }
    }
  }

  private String seconds() {
    return patience.toSeconds() > 0 ? patience.toSeconds() + " s" : patience.toMillis() + " ms";
  }

  private WebAnswer open(URI address, Ask ask, AtomicReference<@Nullable HttpURLConnection> holder)
      throws WebException {
    Set<URI> seen = new HashSet<>();
    URI at = address;
    while (seen.add(at) && seen.size() <= REDIRECTS) {
      HttpURLConnection connection = null;
      try {
        connection = connect(at, at.getHost().equalsIgnoreCase(address.getHost()), ask);
        holder.set(connection);
        int status = connection.getResponseCode();
        if (!redirects(status)) {
          return WebAnswer.of(at, status, connection, ask.from());
        }
        URI next = next(at, connection.getHeaderField("Location"), ask);
        connection.disconnect();
        at = next;
      } catch (WebException known) {
        close(connection);
        throw known;
      } catch (IOException failed) {
        close(connection);
        throw failure(at, failed);
      }
    }
    throw new WebException(
        Addresses.shown(address.toString()) + " leads round in a circle", true, null);
  }

  private static void close(@Nullable HttpURLConnection connection) {
    if (connection != null) {
      connection.disconnect();
    }
  }

  private static boolean redirects(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private static URI next(URI at, @Nullable String location, Ask ask) throws WebException {
    String shown = Addresses.shown(at.toString());
    if (location == null) {
      throw new WebException(shown + " leads elsewhere without saying where", true, null);
    }
    URI next = Addresses.parse(at.resolve(location.strip().replace(" ", "%20")).toString());
    if (next == null) {
      throw new WebException(
          shown + " leads to " + Addresses.shown(location) + ", which is not on the web",
          true,
          null);
    }
    if (Addresses.losesEncryption(at, next) && !ask.plain()) {
      throw unencrypted(at);
    }
    return next;
  }

  static WebException unencrypted(URI address) {
    return new WebException(
        Addresses.shown(address.toString())
            + " leads to an address without encryption, where others can change what comes; give a"
            + " checksum or another address",
        true,
        null);
  }

  private HttpURLConnection connect(URI at, boolean ownHost, Ask ask) throws IOException {
    URI bare = withoutUser(at);
    var connection = (HttpURLConnection) bare.toURL().openConnection(proxies.of(bare));
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setRequestMethod(ask.method());
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(stall);
    connection.setRequestProperty("User-Agent", agent);
    connection.setRequestProperty("Accept", "*/*");
    connection.setRequestProperty("Accept-Encoding", "identity");
    if (at.getRawUserInfo() != null && ownHost) {
      byte[] user = at.getUserInfo().getBytes(StandardCharsets.UTF_8);
      connection.setRequestProperty(
          "Authorization", "Basic " + Base64.getEncoder().encodeToString(user));
    }
    if (ask.from() > 0 && ask.mark() != null) {
      connection.setRequestProperty("Range", "bytes=" + ask.from() + "-");
      connection.setRequestProperty("If-Range", ask.mark());
    }
    return connection;
  }

  private static URI withoutUser(URI at) {
    String user = at.getRawUserInfo();
    return user == null ? at : URI.create(at.toString().replaceFirst("//[^/?#]*@", "//"));
  }

  private String text(InputStream body, URI address) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    var read = new ByteArrayOutputStream();
    var piece = new byte[16_384];
    for (int n = body.read(piece); n >= 0; n = body.read(piece)) {
      read.write(piece, 0, n);
      if (read.size() > LARGEST_PAGE) {
        throw new WebException(
            Addresses.shown(address.toString()) + " goes on for more than 8 MiB; it is no listing",
            true,
            null);
      }
      if (System.nanoTime() > deadline) {
        throw new WebException(
            Addresses.shown(address.toString()) + " does not end within " + seconds(), false, null);
      }
    }
    return read.toString(StandardCharsets.UTF_8);
  }

  static WebException failure(URI address, Throwable failed) {
    String shown = Addresses.shown(address.toString());
    return switch (failed) {
      case UnknownHostException _ ->
          new WebException(shown + ": there is no host " + address.getHost(), false, failed);
      case SocketTimeoutException _ ->
          new WebException(shown + " does not answer in time", false, failed);
      case SSLException _ ->
          new WebException(
              shown + ": the connection can't be trusted: " + failed.getMessage(), true, failed);
      default -> new WebException(shown + ": " + why(failed), false, failed);
    };
  }

  private static String why(Throwable failed) {
    String message = failed.getMessage();
    return message == null ? failed.getClass().getSimpleName() : message;
  }
}
