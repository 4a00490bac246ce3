package pivm.simulator.api;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;

/**
 * What comes back.
 *
 * @param reason the text beside the status, in which Proxmox puts the error
 * @param body null for an empty body
 * @param outcome whether there is an answer at all
 */
public record SimResponse(int status, String reason, @Nullable Doc body, Outcome outcome) {

  /** What becomes of the connection. */
  public enum Outcome {
    ANSWERED,
    /** The connection broke before the request had an effect. */
    LOST_BEFORE_EFFECT,
    /** The connection broke, but the request has had its effect. */
    LOST_AFTER_EFFECT
  }

  static SimResponse ok(@Nullable Object data, Map<String, Object> beside) {
    var body = new Doc().put("data", data);
    beside.forEach(body::put);
    return new SimResponse(200, "OK", body, Outcome.ANSWERED);
  }

  static SimResponse error(ApiError error) {
    var body = new Doc().put("data", null).put("message", error.text() + "\n");
    if (!error.errors().isEmpty()) {
      var errors = new Doc();
      error.errors().forEach(errors::put);
      body.put("errors", errors);
    }
    return new SimResponse(error.status(), firstLine(error.text()), body, Outcome.ANSWERED);
  }

  /** An answer with neither body nor data. */
  public static SimResponse empty(int status, String reason) {
    return new SimResponse(status, reason, null, Outcome.ANSWERED);
  }

  public static SimResponse lost(boolean afterEffect) {
    return new SimResponse(
        0, "", null, afterEffect ? Outcome.LOST_AFTER_EFFECT : Outcome.LOST_BEFORE_EFFECT);
  }

  private static String firstLine(String text) {
    int end = text.indexOf('\n');
    return end < 0 ? text : text.substring(0, end);
  }

  public boolean isOk() {
    return outcome == Outcome.ANSWERED && status == 200;
  }

  /** The {@code data} member; null when there is none. */
  public @Nullable Object data() {
    return body == null ? null : body.get("data");
  }

  /** The body as sent; empty text for none. */
  public String bodyText() {
    return body == null ? "" : body.toString();
  }
}
