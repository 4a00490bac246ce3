package pivm.simulator.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One request to the simulated cluster.
 *
 * @param path below {@code /api2/json}, decoded
 * @param parameters text, numbers, booleans or lists by name
 * @param headers by name in lower case
 * @param asRoot whether it comes from root's shell on a node, which needs no credentials
 * @param entryNode the node that is asked; null for the first one
 */
public record SimRequest(
    String method,
    String path,
    Map<String, Object> parameters,
    Map<String, String> headers,
    boolean asRoot,
    @Nullable String entryNode) {

  public SimRequest {
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    headers = Map.copyOf(headers);
  }

  public static SimRequest of(String method, String path) {
    return new SimRequest(method, path, Map.of(), Map.of(), false, null);
  }

  public SimRequest with(String name, Object value) {
    var more = new LinkedHashMap<>(parameters);
    more.put(name, value);
    return new SimRequest(method, path, more, headers, asRoot, entryNode);
  }

  public SimRequest with(Map<String, ?> values) {
    var more = new LinkedHashMap<>(parameters);
    more.putAll(values);
    return new SimRequest(method, path, more, headers, asRoot, entryNode);
  }

  public SimRequest header(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name.toLowerCase(Locale.ROOT), value);
    return new SimRequest(method, path, parameters, more, asRoot, entryNode);
  }

  /**
   * Authenticates with an API token.
   *
   * @param id {@code user@realm!name}
   */
  public SimRequest token(String id, String secret) {
    return header("Authorization", "PVEAPIToken=" + id + "=" + secret);
  }

  /** As from root's shell. */
  public SimRequest root() {
    return new SimRequest(method, path, parameters, headers, true, entryNode);
  }

  /** Asks a certain node. */
  public SimRequest to(String node) {
    return new SimRequest(method, path, parameters, headers, asRoot, node);
  }

  /** Whether it may change something. */
  public boolean isWrite() {
    return !method.equals("GET");
  }
}
