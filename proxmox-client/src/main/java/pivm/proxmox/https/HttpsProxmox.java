package pivm.proxmox.https;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.message.BasicClassicHttpRequest;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.FileUpload;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxErrors;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/**
 * Proxmox over its HTTPS API. Safe for many threads; what exceeds the allowed number of calls
 * waits.
 *
 * <p>A read that fails on its way is sent again. A write is sent again only where it certainly
 * never left; else the exception says that it may have taken effect. A refused login is answered by
 * Proxmox only after 3 seconds.
 */
public final class HttpsProxmox implements Proxmox {
  private static final int ATTEMPTS = 3;
  private static final Timeout ANSWER = Timeout.ofSeconds(2);
  private static final List<Duration> BACKOFF =
      List.of(Duration.ofMillis(150), Duration.ofMillis(600));

  private final HttpsSettings settings;
  private final List<Connections> endpoints = new ArrayList<>();
  private final Semaphore permits;
  private final Session session;
  private final AtomicInteger next = new AtomicInteger();

  public HttpsProxmox(HttpsSettings settings) {
    this.settings = settings;
    var tls = new Tls(settings.fingerprint());
    for (URI endpoint : settings.endpoints()) {
      endpoints.add(new Connections(endpoint, tls, settings));
    }
    permits = new Semaphore(settings.concurrency());
    session = Session.of(settings.credentials(), settings.time(), login -> attempts(login).data());
  }

  /**
   * Begins to connect, which takes a while, and returns at once. The first read waits for that
   * connection and meets its failure, if it fails.
   */
  public void connect() {
    endpoints.getFirst().openAhead();
  }

  @Override
  public Answer answer(ApiCall call) {
    try {
      permits.acquire();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ProxmoxException.Unreachable(
          call, "interrupted before the call was sent", false, interrupted);
    }
    try {
      return withSession(call);
    } finally {
      permits.release();
    }
  }

  @Override
  public Answer upload(ApiCall call, FileUpload file) {
    for (int attempt = 1; ; attempt++) {
      Connections endpoint = endpointFor(call, attempt);
      MultipartEntity body = MultipartEntity.of(call, file);
      try {
        return upload(endpoint, call, body);
      } catch (Failed failed) {
        if (failed.sent || attempt == ATTEMPTS || failed.hopeless()) {
          throw failed.asException(call, endpoint.endpoint());
        }
        pause(call, BACKOFF.get(attempt - 1));
      } catch (ProxmoxException.Unauthenticated refused) {
        if (attempt == ATTEMPTS || !session.refused()) {
          throw told(call, refused);
        }
      }
    }
  }

  /** Proxmox acts only on a whole file, so a broken upload had no effect. */
  private Answer upload(Connections endpoint, ApiCall call, MultipartEntity body) throws Failed {
    var request = new BasicClassicHttpRequest("POST", "/api2/json" + Encoding.path(call.path()));
    request.addHeader("Host", endpoint.endpoint().getAuthority());
    request.addHeader("Accept", "application/json");
    request.addHeader("Content-Type", body.getContentType());
    request.addHeader("Content-Length", Long.toString(body.getContentLength()));
    request.setEntity(body);
    session.sign(request, call);
    Connections.Connection connection = open(endpoint);
    try {
      return exchange(endpoint, connection, request, call);
    } catch (IOException | HttpException | JsonText.Malformed broken) {
      throw new Failed(broken, body.whole());
    } finally {
      connection.close();
    }
  }

  /** A ticket may have run out; a new one is worth one try. 401 means that nothing was done. */
  private Answer withSession(ApiCall call) {
    try {
      return attempts(call);
    } catch (ProxmoxException.Unauthenticated refused) {
      if (!session.refused()) {
        throw told(call, refused);
      }
    }
    try {
      return attempts(call);
    } catch (ProxmoxException.Unauthenticated refused) {
      throw told(call, refused);
    }
  }

  private ProxmoxException told(ApiCall call, ProxmoxException.Unauthenticated refused) {
    return new ProxmoxException.Unauthenticated(
        call,
        "Proxmox refuses "
            + settings.credentials().owner()
            + ": "
            + refused.getMessage()
            + "; check that it exists, is enabled and not expired, and that its secret is right");
  }

  private Answer attempts(ApiCall call) {
    for (int attempt = 1; ; attempt++) {
      Connections endpoint = endpointFor(call, attempt);
      try {
        return exchange(endpoint, call);
      } catch (Failed failed) {
        boolean again = call.isRead() || !failed.sent;
        if (!again || attempt == ATTEMPTS || failed.hopeless()) {
          throw failed.asException(call, endpoint.endpoint());
        }
        pause(call, BACKOFF.get(attempt - 1));
      }
    }
  }

  /** Reads in turn where wanted; after a failure the next endpoint. */
  private Connections endpointFor(ApiCall call, int attempt) {
    int first =
        settings.spreadReads() && call.isRead() ? Math.floorMod(next.getAndIncrement(), size()) : 0;
    return endpoints.get((first + attempt - 1) % size());
  }

  private int size() {
    return endpoints.size();
  }

  private void pause(ApiCall call, Duration duration) {
    try {
      settings.time().sleep(duration);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ProxmoxException.Unreachable(
          call, "interrupted while waiting to send the call again", false, interrupted);
    }
  }

  private Answer exchange(Connections endpoint, ApiCall call) throws Failed {
    ClassicHttpRequest request = request(endpoint.endpoint(), call);
    session.sign(request, call);
    Connections.Connection connection = connect(endpoint, call);
    try {
      return exchange(endpoint, connection, request, call);
    } catch (IOException | HttpException | JsonText.Malformed broken) {
      connection.close();
      if (connection.kept() && call.isRead() && !(broken instanceof SocketTimeoutException)) {
        // The server closed a kept connection just then: no fault, and no reason to wait.
        return onNewConnection(endpoint, request, call);
      }
      throw new Failed(broken, true);
    } catch (RuntimeException refused) {
      connection.close();
      throw refused;
    }
  }

  private Answer onNewConnection(Connections endpoint, ClassicHttpRequest request, ApiCall call)
      throws Failed {
    Connections.Connection fresh = open(endpoint);
    try {
      return exchange(endpoint, fresh, request, call);
    } catch (IOException | HttpException | JsonText.Malformed broken) {
      fresh.close();
      throw new Failed(broken, true);
    } catch (RuntimeException refused) {
      fresh.close();
      throw refused;
    }
  }

  private Connections.Connection connect(Connections endpoint, ApiCall call) throws Failed {
    if (!call.isRead()) {
      return open(endpoint);
    }
    try {
      return endpoint.forRead();
    } catch (IOException failed) {
      throw new Failed(failed, false);
    }
  }

  private static Connections.Connection open(Connections endpoint) throws Failed {
    try {
      return endpoint.open();
    } catch (IOException failed) {
      throw new Failed(failed, false);
    }
  }

  private static ClassicHttpRequest request(URI endpoint, ApiCall call) {
    String path = "/api2/json" + Encoding.path(call.path());
    String form = Encoding.form(call.parameters());
    // DELETE takes no body: its parameters stand in the query, as those of GET.
    boolean body = call.method() == ApiCall.Method.POST || call.method() == ApiCall.Method.PUT;
    String target = body || form.isEmpty() ? path : path + "?" + form;
    var request = new BasicClassicHttpRequest(call.method().name(), target);
    request.addHeader("Host", endpoint.getAuthority());
    request.addHeader("Accept", "application/json");
    if (body) {
      var entity = new StringEntity(form, ContentType.APPLICATION_FORM_URLENCODED);
      request.setEntity(entity);
      request.addHeader("Content-Type", "application/x-www-form-urlencoded");
      request.addHeader("Content-Length", Long.toString(entity.getContentLength()));
    }
    return request;
  }

  private static Answer exchange(
      Connections endpoint,
      Connections.Connection connection,
      ClassicHttpRequest request,
      ApiCall call)
      throws IOException, HttpException {
    connection.http.sendRequestHeader(request);
    send(connection, request);
    ClassicHttpResponse response = connection.http.receiveResponseHeader();
    connection.http.receiveResponseEntity(response);
    int status = response.getCode();
    byte[] content = content(response.getEntity());
    if (status >= 200 && status < 300) {
      Json.Obj whole = JsonText.read(content).asObject();
      finish(endpoint, connection, response);
      return new Answer(whole);
    }
    finish(endpoint, connection, response);
    throw refusal(call, status, response.getReasonPhrase(), content);
  }

  /** A server that refuses an upload does not wait for its end; what it says is worth reading. */
  private static void send(Connections.Connection connection, ClassicHttpRequest request)
      throws IOException, HttpException {
    try {
      if (request.getEntity() != null) {
        connection.http.sendRequestEntity(request);
      }
      connection.http.flush();
    } catch (IOException broken) {
      boolean answered =
          request.getEntity() instanceof MultipartEntity && connection.http.isDataAvailable(ANSWER);
      if (!answered) {
        throw broken;
      }
    }
  }

  private static byte[] content(@Nullable HttpEntity entity) throws IOException {
    if (entity == null) {
      return new byte[0];
    }
    try (InputStream stream = entity.getContent()) {
      return stream.readAllBytes();
    }
  }

  private static void finish(
      Connections endpoint, Connections.Connection connection, ClassicHttpResponse response) {
    Header header = response.getFirstHeader("Connection");
    if (header != null && header.getValue().equalsIgnoreCase("keep-alive")) {
      endpoint.giveBack(connection);
    } else {
      connection.close();
    }
  }

  /** Proxmox's words are in the reason phrase; the body repeats them and may name parameters. */
  private static ProxmoxException refusal(
      ApiCall call, int status, @Nullable String reason, byte[] content) {
    Json.Obj body = body(content);
    var errors = new TreeMap<String, String>();
    body.get("errors")
        .asObject()
        .members()
        .forEach((name, text) -> errors.put(name, String.valueOf(text.asText())));
    String message = body.text("message");
    String words = reason == null || reason.isBlank() ? message : reason;
    return ProxmoxErrors.of(
        call, status, words == null ? "HTTP status " + status : words, Map.copyOf(errors));
  }

  private static Json.Obj body(byte[] content) {
    boolean json = content.length > 0 && content[0] == '{';
    try {
      return (json ? JsonText.read(content) : Json.Null.NULL).asObject();
    } catch (JsonText.Malformed notJson) {
      return Json.object().put("message", new String(content, StandardCharsets.UTF_8)).build();
    }
  }

  @Override
  public void close() {
    endpoints.forEach(Connections::close);
  }

  @Override
  public String toString() {
    return "Proxmox at " + settings.endpoints() + " as " + settings.credentials();
  }

  /** A call that got no answer. */
  private static final class Failed extends Exception {
    private final boolean sent;

    Failed(Exception cause, boolean sent) {
      super(cause.getMessage(), cause);
      this.sent = sent;
    }

    /** Whether sending it again can't help. */
    boolean hopeless() {
      return Tls.refusal(getCause()) != null
          || getCause() instanceof UnknownHostException
          || (!sent && getCause() instanceof SSLException);
    }

    ProxmoxException asException(ApiCall call, URI endpoint) {
      Tls.NotTrusted refused = Tls.refusal(getCause());
      if (refused != null) {
        return new ProxmoxException.Untrusted(
            call, endpoint + " is not trusted: " + refused.getMessage(), getCause());
      }
      boolean effect = sent && !call.isRead();
      return new ProxmoxException.Unreachable(
          call, endpoint + " " + why(call) + (effect ? lost(call) : ""), effect, getCause());
    }

    private String why(ApiCall call) {
      return switch (getCause()) {
        case UnknownHostException _ -> "cannot be reached: no such host name";
        case ConnectException refused -> "cannot be reached: " + refused.getMessage();
        case SocketTimeoutException _ when !sent -> "cannot be reached: it does not answer in time";
        case SocketTimeoutException _ ->
            "did not answer " + call.method() + " " + call.path() + " in time";
        case null, default ->
            sent
                ? "broke off the answer to " + call.method() + " " + call.path() + ": " + text()
                : "cannot be reached: " + text();
      };
    }

    private static String lost(ApiCall call) {
      return "; whether it took effect is unknown until " + call.path() + " is looked at";
    }

    private String text() {
      String message = getMessage();
      return message == null ? String.valueOf(getCause()) : message;
    }
  }
}
