package pivm.simulator.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.simulator.schema.ApiTable;
import pivm.simulator.schema.Checker;
import pivm.simulator.schema.Method;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;

/**
 * The API: who asks, whether that call exists, whether it is allowed, on which node it runs, and
 * whether its parameters are right, in the order in which Proxmox finds out.
 */
public final class Api {
  private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "DELETE");

  private static final Router ROUTES = routes();

  private final Cluster cluster;
  private final ApiTable table = ApiTable.get();

  public Api(Cluster cluster) {
    this.cluster = cluster;
  }

  private static Router routes() {
    var router = new Router();
    IndexApi.register(router);
    ClusterApi.register(router);
    NodeApi.register(router);
    TaskApi.register(router);
    AccessApi.register(router);
    StorageApi.register(router);
    QemuApi.register(router);
    LxcApi.register(router);
    return router;
  }

  /** All calls that are served, as {@code METHOD /path/{parameter}}. */
  public static List<String> served() {
    return ROUTES.served();
  }

  /** The template of a path that is served; null for others. */
  public static @Nullable String template(String method, String path) {
    var match = ROUTES.find(method, path);
    return match == null ? null : match.template();
  }

  /** Answers a request. */
  public SimResponse handle(SimRequest request) {
    if (!METHODS.contains(request.method())) {
      return SimResponse.empty(501, "method '" + request.method() + "' not available");
    }
    try {
      return answer(request);
    } catch (ApiError e) {
      boolean bare = e.status() == 401 && !e.text().equals("authentication failure");
      return bare || e.status() == 595
          ? SimResponse.empty(e.status(), e.text())
          : SimResponse.error(e);
    }
  }

  private SimResponse answer(SimRequest request) {
    var match = ROUTES.find(request.method(), request.path());
    var method = match == null ? null : method(request.method(), match.template());
    boolean forAll = method != null && method.permissions().equals("world");
    String who = Authentication.of(cluster, request, forAll);
    if (match == null || method == null) {
      String path = request.path().replaceAll("/+", "/").replaceAll("(.)/$", "$1");
      throw ApiError.of(501, "Method '" + request.method() + " " + path + "' not implemented");
    }
    var parameters = merge(match.parameters(), request.parameters());
    if (who.indexOf('!') > 0 && method.needsTicket()) {
      throw ApiError.denied(
          "URI '" + request.path() + "' not available with API token, need proper ticket.\n");
    }
    new Permissions(cluster, who).checkCall(method, parameters);
    String entry = entryNode(request);
    if (method.runsOnNode()) {
      pass(entry, String.valueOf(parameters.get("node")));
    }
    // The content of an upload stands beside the parameters that the schema knows.
    var content = match.template().endsWith("/upload") ? parameters.remove("data") : null;
    var known = new LinkedHashMap<>(parameters);
    if (match.template().endsWith("/config")) {
      known.keySet().removeAll(cluster.newerKeys());
    }
    var errors = Checker.check(table, method, known);
    if (!errors.isEmpty()) {
      throw ApiError.parameters(errors);
    }
    if (content != null) {
      parameters.put("data", content);
    }
    var call = new Call(cluster, entry, who, parameters);
    @Nullable Object data = match.handler().handle(call);
    return SimResponse.ok(data, call.beside());
  }

  private Method method(String verb, String template) {
    var method = table.method(verb, template);
    if (method == null) {
      throw new IllegalStateException(verb + " " + template + " is not in the table");
    }
    return method;
  }

  private String entryNode(SimRequest request) {
    return request.entryNode() == null
        ? cluster.nodes().iterator().next().name()
        : request.entryNode();
  }

  private static Map<String, Object> merge(Map<String, Object> path, Map<String, Object> given) {
    Map<String, Object> all = new LinkedHashMap<>(given);
    path.forEach((name, value) -> {
      var other = all.put(name, value);
      if (other != null && !Checker.text(other).equals(value)) {
        throw ApiError.parameter(
            name, "duplicate parameter (already defined in URI) with conflicting values!");
      }
    });
    return all;
  }

  /** Passes the call to its node, which may be unknown or out of reach. */
  private void pass(String entry, String name) {
    if (name.equals(entry) || name.equals("localhost")) {
      return;
    }
    var node = cluster.findNode(name);
    if (node == null) {
      throw ApiError.die(
          "hostname lookup '"
              + name
              + "' failed - failed to get address info for: "
              + name
              + ": Temporary failure in name resolution");
    }
    var unreachable = node.unreachable();
    if (unreachable != null || !node.isOnline()) {
      throw ApiError.of(595, unreachable == null ? "No route to host" : unreachable);
    }
  }
}
