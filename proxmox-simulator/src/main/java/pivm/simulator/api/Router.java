package pivm.simulator.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the handler of a path. */
final class Router {

  /**
   * A path that was found.
   *
   * @param template with the names of its parameters in braces
   */
  record Match(String template, Handler handler, Map<String, Object> parameters) {}

  private static final class Branch {
    final Map<String, Branch> literal = new HashMap<>();
    final Map<String, Handler> handlers = new HashMap<>();
    @Nullable Branch any;
    String anyName = "";
    String template = "";
  }

  private final Branch root = new Branch();
  private final List<String> served = new ArrayList<>();

  void get(String template, Handler handler) {
    add("GET", template, handler);
  }

  void post(String template, Handler handler) {
    add("POST", template, handler);
  }

  void put(String template, Handler handler) {
    add("PUT", template, handler);
  }

  void delete(String template, Handler handler) {
    add("DELETE", template, handler);
  }

  private void add(String method, String template, Handler handler) {
    var branch = root;
    for (String segment : segments(template)) {
      if (segment.startsWith("{")) {
        if (branch.any == null) {
          branch.any = new Branch();
          branch.anyName = segment.substring(1, segment.length() - 1);
        }
        branch = branch.any;
      } else {
        branch = branch.literal.computeIfAbsent(segment, s -> new Branch());
      }
    }
    branch.template = template;
    if (branch.handlers.put(method, handler) != null) {
      throw new IllegalStateException("two handlers for " + method + " " + template);
    }
    served.add(method + " " + template);
  }

  /** All that is served, as {@code METHOD /path}. */
  List<String> served() {
    return served;
  }

  @Nullable Match find(String method, String path) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    var branch = root;
    var segments = segments(path);
    for (int i = 0; i < segments.size(); i++) {
      var next = branch.literal.get(segments.get(i));
      if (next == null && branch.any != null) {
        next = branch.any;
        boolean swallowsRest = branch.anyName.equals("volume");
        parameters.put(
            branch.anyName,
            swallowsRest
                ? String.join("/", segments.subList(i, segments.size()))
                : segments.get(i));
        if (swallowsRest) {
          i = segments.size();
        }
      }
      if (next == null) {
        return null;
      }
      branch = next;
    }
    var handler = branch.handlers.get(method);
    return handler == null ? null : new Match(branch.template, handler, parameters);
  }

  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>();
    for (String segment : path.split("/")) {
      if (!segment.isEmpty()) {
        segments.add(segment);
      }
    }
    return segments;
  }
}
