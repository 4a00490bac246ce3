package pivm.proxmox;

import java.util.Collections;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * One call of the Proxmox VE API: what is asked, independent of the way it travels (HTTPS, or a
 * command on a node).
 *
 * @param path below {@code /api2/json}, starting with a slash, each segment unencoded
 * @param parameters sorted by name; booleans are {@code 0} and {@code 1}, the only spelling that
 *     forms and queries accept
 */
public record ApiCall(Method method, String path, SequencedMap<String, String> parameters) {

  /** The HTTP methods that the API knows. */
  public enum Method {
    GET,
    POST,
    PUT,
    DELETE
  }

  public ApiCall {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path does not start with a slash: " + path);
    }
    parameters = Collections.unmodifiableSequencedMap(new TreeMap<>(parameters));
  }

  public static ApiCall get(String path) {
    return of(Method.GET, path);
  }

  public static ApiCall post(String path) {
    return of(Method.POST, path);
  }

  public static ApiCall put(String path) {
    return of(Method.PUT, path);
  }

  public static ApiCall delete(String path) {
    return of(Method.DELETE, path);
  }

  private static ApiCall of(Method method, String path) {
    return new ApiCall(method, path, new TreeMap<>());
  }

  /** This call with one more parameter; an earlier value of that name is replaced. */
  public ApiCall with(String name, String value) {
    var more = new TreeMap<>(parameters);
    more.put(name, value);
    return new ApiCall(method, path, more);
  }

  public ApiCall with(String name, long value) {
    return with(name, Long.toString(value));
  }

  public ApiCall with(String name, boolean value) {
    return with(name, value ? "1" : "0");
  }

  /** Whether sending it twice has the same effect as sending it once. */
  public boolean isRead() {
    return method == Method.GET;
  }
}
