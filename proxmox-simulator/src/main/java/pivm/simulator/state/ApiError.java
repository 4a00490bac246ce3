package pivm.simulator.state;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A refusal, with the HTTP status and the words with which Proxmox refuses. */
public final class ApiError extends RuntimeException {
  private final int status;
  private final Map<String, String> errors;

  private ApiError(int status, String message, Map<String, String> errors) {
    super(message, null, false, false);
    this.status = status;
    this.errors = errors;
  }

  /** 500: Perl's {@code die}. */
  public static ApiError die(String message) {
    return new ApiError(500, message, Map.of());
  }

  /** 500 with reasons by parameter, as an uncaught format error. */
  public static ApiError format(Map<String, String> errors) {
    return new ApiError(500, "format error", new LinkedHashMap<>(errors));
  }

  /** Another status. */
  public static ApiError of(int status, String message) {
    return new ApiError(status, message, Map.of());
  }

  /** 400 for one parameter. */
  public static ApiError parameter(String name, String reason) {
    return parameters(Map.of(name, reason));
  }

  /** 400 with the reason for each parameter. */
  public static ApiError parameters(Map<String, String> errors) {
    return new ApiError(400, "Parameter verification failed.", new LinkedHashMap<>(errors));
  }

  /** 403; the check that failed goes into brackets. */
  public static ApiError denied(@Nullable String check) {
    String text = "Permission check failed";
    return new ApiError(403, check == null ? text : text + " (" + check + ")", Map.of());
  }

  public int status() {
    return status;
  }

  /** What went wrong, without trailing newline. */
  public String text() {
    var message = getMessage();
    return message == null ? "" : message;
  }

  public Map<String, String> errors() {
    return errors;
  }

  /** As a task ends with it: parameter errors follow the message. */
  public String asExitStatus() {
    if (errors.isEmpty()) {
      return text();
    }
    var out = new StringBuilder(status + " " + text() + "\n");
    errors.forEach((name, reason) -> out.append(name + ": " + reason + "\n"));
    return out.toString().strip();
  }
}
