package pivm.simulator.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.EndpointDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.io.HttpRequestHandler;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import pivm.simulator.api.SimRequest;
import pivm.simulator.api.SimResponse;
import pivm.simulator.json.Doc;

/** Turns HTTP into requests of the cluster and its answers into HTTP. */
final class Front implements HttpRequestHandler {
  private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE");
  private static final ContentType JSON =
      ContentType.create("application/json", StandardCharsets.UTF_8);
  private static final ContentType SCRIPT =
      ContentType.create("application/javascript", StandardCharsets.UTF_8);
  private static final int LARGEST_BODY = 64 << 20;
  private static final int REQUESTS_KEPT = 100;

  private final Function<SimRequest, SimResponse> cluster;
  private final Map<String, Supplier<String>> scripts;
  private final Duration refusalDelay;

  Front(
      Function<SimRequest, SimResponse> cluster,
      Map<String, Supplier<String>> scripts,
      Duration refusalDelay) {
    this.cluster = cluster;
    this.scripts = scripts;
    this.refusalDelay = refusalDelay;
  }

  @Override
  public void handle(ClassicHttpRequest request, ClassicHttpResponse response, HttpContext context)
      throws HttpException, IOException {
    String target = request.getRequestUri();
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    Map<String, Object> parameters = new LinkedHashMap<>();
    if (question >= 0) {
      Bodies.form(target.substring(question + 1), parameters);
    }
    String body = body(request);
    response.setHeader("Server", "pve-api-daemon/3.0");
    if (!METHODS.contains(request.getMethod())) {
      status(response, 501, "method '" + request.getMethod() + "' not available");
      return;
    }
    Supplier<String> script = scripts.get(path);
    if (script != null && request.getMethod().equals("GET")) {
      status(response, 200, "OK");
      response.setEntity(new StringEntity(script.get(), SCRIPT));
      return;
    }
    if (!path.startsWith("/api2/")) {
      plain(response, 500, "no such file '" + path + "'");
      return;
    }
    String rest = path.substring("/api2/".length());
    int slash = rest.indexOf('/');
    String format = slash < 0 ? rest : rest.substring(0, slash);
    String below = slash < 0 ? "/" : decodePath(rest.substring(slash));
    if (!format.equals("json") && !format.equals("extjs")) {
      plain(response, 501, "no formatter for uri " + below + ", " + format);
      return;
    }
    if (!read(request, body, parameters, response)) {
      return;
    }
    var asked =
        new SimRequest(request.getMethod(), below, parameters, headers(request), false, null);
    answer(cluster.apply(asked), format.equals("extjs"), response);
    keepOrClose(response, context);
  }

  private static String body(ClassicHttpRequest request) throws IOException, HttpException {
    var entity = request.getEntity();
    if (entity == null) {
      return "";
    }
    var charset =
        contentType(request).startsWith("multipart/")
            ? StandardCharsets.ISO_8859_1
            : StandardCharsets.UTF_8;
    byte[] bytes = EntityUtils.toByteArray(entity, LARGEST_BODY);
    return bytes == null ? "" : new String(bytes, charset);
  }

  private static String contentType(ClassicHttpRequest request) {
    var header = request.getFirstHeader("Content-Type");
    return header == null ? "" : header.getValue();
  }

  /** Reads the body into parameters; false when it has been refused. */
  private static boolean read(
      ClassicHttpRequest request,
      String body,
      Map<String, Object> parameters,
      ClassicHttpResponse response) {
    String type = contentType(request);
    if (body.isEmpty()) {
      return true;
    }
    if (type.startsWith("application/json")) {
      try {
        Bodies.json(body, parameters);
      } catch (IllegalArgumentException e) {
        plain(
            response,
            500,
            "malformed JSON string, neither tag, array, object, number, string or atom, at character"
                + " offset "
                + body.length()
                + " (before \"(end of string)\") at"
                + " /usr/share/perl5/PVE/APIServer/AnyEvent.pm line 934.");
        return false;
      }
    } else if (type.startsWith("multipart/form-data")) {
      int at = type.indexOf("boundary=");
      parameters.putAll(Bodies.multipart(body, type.substring(at + 9).replace("\"", "")));
    } else if (type.isEmpty() || type.startsWith("application/x-www-form-urlencoded")) {
      Bodies.form(body, parameters);
    } else {
      status(response, 506, "upload 'Content-Type '" + type + "' not implemented");
      response.setEntity(
          new StringEntity(
              "upload 'Content-Type '" + type + "' not implemented", ContentType.TEXT_PLAIN));
      return false;
    }
    return true;
  }

  private static Map<String, String> headers(ClassicHttpRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Header header : request.getHeaders()) {
      headers.put(header.getName().toLowerCase(Locale.ROOT), header.getValue());
    }
    return headers;
  }

  private void answer(SimResponse answer, boolean extjs, ClassicHttpResponse response)
      throws IOException {
    if (answer.outcome() != SimResponse.Outcome.ANSWERED) {
      throw new ConnectionClosedException("dropped on purpose");
    }
    if (answer.status() == 401) {
      pause();
    }
    if (extjs && answer.body() != null) {
      json(response, 200, "OK", extjs(answer, answer.body()));
    } else if (answer.body() == null) {
      status(response, answer.status(), answer.reason());
    } else {
      json(response, answer.status(), answer.reason(), answer.bodyText());
    }
  }

  /**
   * A connection carries at most so many requests, and ends with a refusal (pve-http-server,
   * src/PVE/APIServer/AnyEvent.pm).
   */
  private static void keepOrClose(ClassicHttpResponse response, HttpContext context) {
    EndpointDetails connection = HttpCoreContext.cast(context).getEndpointDetails();
    boolean last = connection == null || connection.getRequestCount() >= REQUESTS_KEPT;
    boolean keep = response.getCode() < 400 && !last;
    response.setHeader("Connection", keep ? "Keep-Alive" : "close");
  }

  private static String extjs(SimResponse answer, Doc body) {
    if (answer.isOk()) {
      return body.put("success", 1).toString();
    }
    return body.put("success", 0).put("status", answer.status()).toString();
  }

  private void pause() {
    try {
      Thread.sleep(refusalDelay);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void json(ClassicHttpResponse response, int status, String reason, String text) {
    status(response, status, reason);
    response.setEntity(new StringEntity(text, JSON));
  }

  private static void plain(ClassicHttpResponse response, int status, String reason) {
    status(response, status, reason);
    response.setEntity(new StringEntity(reason + "\n", ContentType.TEXT_PLAIN));
    response.setHeader("Connection", "close");
  }

  private static void status(ClassicHttpResponse response, int status, String reason) {
    response.setCode(status);
    response.setReasonPhrase(reason.replace('\n', ' '));
  }

  /** Decodes each segment; a plus sign stays one. */
  private static String decodePath(String path) {
    return Bodies.decode(path.replace("+", "%2B"));
  }
}
