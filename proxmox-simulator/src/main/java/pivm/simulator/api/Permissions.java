package pivm.simulator.api;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.JsonIn;
import pivm.simulator.schema.Checker;
import pivm.simulator.schema.Method;
import pivm.simulator.state.Access;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;

/** What a user may do, and the refusals (pve-access-control, {@code RPCEnvironment.pm}). */
final class Permissions {
  private static final Map<String, Object> PARSED = new ConcurrentHashMap<>();
  private static final Pattern PLACE = Pattern.compile("\\{(\\w+)}");

  private final Cluster cluster;
  private final String who;

  Permissions(Cluster cluster, String who) {
    this.cluster = cluster;
    this.who = who;
  }

  boolean may(String path, String privilege) {
    return cluster.access().has(who, path, privilege);
  }

  boolean mayAny(String path, String... privileges) {
    var held = cluster.access().permissions(who, path);
    for (String privilege : privileges) {
      if (held.containsKey(privilege)) {
        return true;
      }
    }
    return false;
  }

  /** Refuses unless all privileges are held on the path. */
  void check(String path, String... privileges) {
    var held = cluster.access().permissions(who, path);
    for (String privilege : privileges) {
      if (!held.containsKey(privilege)) {
        throw ApiError.denied(path + ", " + privilege);
      }
    }
  }

  /** Refuses unless one of the privileges is held on the path. */
  void checkAny(String path, String... privileges) {
    if (!mayAny(path, privileges)) {
      throw ApiError.denied(path + ", " + String.join("|", privileges));
    }
  }

  /** Refuses unless the privilege is held on the guest, or on the pool it is to join. */
  void checkGuest(int vmid, @Nullable String pool, String... privileges) {
    for (String privilege : privileges) {
      if (pool == null || !may("/pool/" + pool, privilege)) {
        check("/vms/" + vmid, privilege);
      }
    }
  }

  /** Refuses what the call's own rule does not allow. */
  void checkCall(Method method, Map<String, Object> parameters) {
    switch (method.permissions()) {
      case "world" -> {}
      case "all" -> {
        if (who.isEmpty()) {
          throw ApiError.denied("user != null");
        }
      }
      case "" -> {
        if (!who.equals("root@pam")) {
          throw ApiError.denied("user != root@pam");
        }
      }
      default -> {
        if (!who.equals("root@pam")) {
          var rule = PARSED.computeIfAbsent(method.permissions(), Permissions::parse);
          evaluate((List<?>) rule, parameters);
        }
      }
    }
  }

  private static Object parse(String json) {
    var rule = JsonIn.read(json);
    return rule == null ? List.of() : rule;
  }

  private void evaluate(List<?> rule, Map<String, Object> parameters) {
    switch (String.valueOf(rule.getFirst())) {
      case "and" -> rule.stream().skip(1).forEach(r -> evaluate((List<?>) r, parameters));
      case "or" -> {
        if (rule.stream().skip(1).noneMatch(r -> holds((List<?>) r, parameters))) {
          throw ApiError.denied(null);
        }
      }
      case "perm" -> perm(rule, parameters);
      case "perm-modify" -> permModify(rule, parameters);
      case "userid-param" -> useridParam(rule, parameters);
      case "userid-group" -> useridGroup(rule, parameters);
      default -> throw new IllegalStateException("unknown rule " + rule);
    }
  }

  private boolean holds(List<?> rule, Map<String, Object> parameters) {
    try {
      evaluate(rule, parameters);
      return true;
    } catch (ApiError e) {
      return false;
    }
  }

  private void perm(List<?> rule, Map<String, Object> parameters) {
    String path = fill(String.valueOf(rule.get(1)), parameters);
    var normal = Access.normalize(path);
    var privileges = ((List<?>) rule.get(2)).stream().map(String::valueOf).toArray(String[]::new);
    int required = rule.indexOf("require_param");
    if (required > 0 && !parameters.containsKey(String.valueOf(rule.get(required + 1)))) {
      throw ApiError.denied(null);
    }
    if (rule.contains("any")) {
      checkAny(normal == null ? path : normal, privileges);
    } else {
      check(normal == null ? path : normal, privileges);
    }
  }

  private void permModify(List<?> rule, Map<String, Object> parameters) {
    var path = Access.normalize(fill(String.valueOf(rule.get(1)), parameters));
    if (path == null) {
      return;
    }
    if (!mayModifyPermissions(path)) {
      throw ApiError.denied(path + ", Permissions.Modify");
    }
  }

  /** Whether entries of the access control list may be changed on a path. */
  boolean mayModifyPermissions(String path) {
    var also = new TreeMap<>(Map.of("/storage", "Datastore.Allocate"));
    also.put("/vms", "VM.Allocate");
    also.put("/pool", "Pool.Allocate");
    also.put("/sdn", "SDN.Allocate");
    return may(path, "Permissions.Modify")
        || also.entrySet().stream()
            .anyMatch(e -> path.startsWith(e.getKey() + "/") && may(path, e.getValue()));
  }

  private void useridParam(List<?> rule, Map<String, Object> parameters) {
    String user = text(parameters, "userid");
    int at = user.lastIndexOf('@');
    if (at < 1) {
      throw ApiError.die("value '" + user + "' does not look like a valid user name");
    }
    if (rule.get(1).equals("self")) {
      if (!who.equals(user)) {
        throw ApiError.denied(null);
      }
    } else {
      check("/access/realm/" + user.substring(at + 1), "Realm.AllocateUser");
    }
  }

  private void useridGroup(List<?> rule, Map<String, Object> parameters) {
    String id = text(parameters, "userid");
    boolean creates = rule.contains("create");
    var user = cluster.access().users().get(id);
    if (!creates && user == null) {
      throw ApiError.die("no such user ('" + id + "')");
    }
    var privileges = ((List<?>) rule.get(1)).stream().map(String::valueOf).toArray(String[]::new);
    if (mayAny("/access/groups", privileges)) {
      return;
    }
    if (rule.contains("groups_param")) {
      var groups = Call.list(parameters.containsKey("groups") ? text(parameters, "groups") : null);
      if (groups.isEmpty()) {
        throw ApiError.denied("/access/groups, " + String.join("|", privileges));
      }
      groups.forEach(g -> checkAny("/access/groups/" + g, privileges));
    }
    if (user != null
        && user.groups().stream().noneMatch(g -> mayAny("/access/groups/" + g, privileges))) {
      throw ApiError.denied(null);
    }
  }

  private static String text(Map<String, Object> parameters, String name) {
    var value = parameters.get(name);
    return value == null ? "" : Checker.text(value);
  }

  private static String fill(String template, Map<String, Object> parameters) {
    return PLACE
        .matcher(template)
        .replaceAll(m -> java.util.regex.Matcher.quoteReplacement(text(parameters, m.group(1))));
  }
}
