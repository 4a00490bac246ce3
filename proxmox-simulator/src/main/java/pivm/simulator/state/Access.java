package pivm.simulator.state;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.simulator.schema.Privileges;

/**
 * Users, tokens, groups, roles and the access control list, and what follows from them
 * (pve-access-control, {@code AccessControl.pm} and {@code RPCEnvironment.pm}).
 */
public final class Access {

  /**
   * One line of the access control list.
   *
   * @param type {@code user}, {@code group} or {@code token}
   */
  public record Entry(String path, String type, String who, String role, boolean propagate) {}

  private static final Map<String, Boolean> EVERYTHING = everything();

  private final Cluster cluster;
  private final TreeMap<String, User> users = new TreeMap<>();
  private final TreeMap<String, @Nullable String> groups = new TreeMap<>();
  private final TreeMap<String, Set<String>> roles = new TreeMap<>(Privileges.ROLES);
  private final TreeMap<String, List<Entry>> acl = new TreeMap<>();
  private final Map<String, String> tickets = new HashMap<>();

  Access(Cluster cluster) {
    this.cluster = cluster;
    addUser("root@pam");
  }

  public Map<String, User> users() {
    return users;
  }

  public User addUser(String id) {
    var user = new User(id);
    users.put(id, user);
    return user;
  }

  /** Group comments by group. */
  public Map<String, @Nullable String> groups() {
    return groups;
  }

  /** Privileges by role. */
  public Map<String, Set<String>> roles() {
    return roles;
  }

  /** All entries, sorted by path. */
  public List<Entry> entries() {
    List<Entry> all = new ArrayList<>();
    acl.values().forEach(all::addAll);
    return all;
  }

  public void grant(Entry entry) {
    revoke(entry);
    acl.computeIfAbsent(entry.path, p -> new ArrayList<>()).add(entry);
  }

  /** Takes an entry away, whether it propagates or not. */
  public void revoke(Entry entry) {
    var entries = acl.get(entry.path);
    if (entries != null) {
      entries.removeIf(
          e -> e.type.equals(entry.type) && e.who.equals(entry.who) && e.role.equals(entry.role));
      if (entries.isEmpty()) {
        acl.remove(entry.path);
      }
    }
  }

  /** Takes away all that names a user, group or token. */
  public void forget(String type, String who) {
    acl.values()
        .forEach(list ->
            list.removeIf(e ->
                (e.type.equals(type) && e.who.equals(who))
                    || (type.equals("user") && e.who.startsWith(who + "!"))));
    acl.values().removeIf(List::isEmpty);
  }

  /** The ACL's own form of a path; null when there can be no such path. */
  public static @Nullable String normalize(String path) {
    String clean = ("/" + path).replaceAll("/+", "/");
    if (clean.length() > 1 && clean.endsWith("/")) {
      clean = clean.substring(0, clean.length() - 1);
    }
    return clean.matches(
            "/|/(access|nodes|pool|sdn|storage|vms|mapping)"
                + "|/access/(groups|realm)|/(pool|sdn|mapping|access/groups|access/realm)/.+"
                + "|/nodes/[^/]+|/storage/[^/]+|/vms/\\d+")
        ? clean
        : null;
  }

  /**
   * The user or token behind an {@code Authorization} value.
   *
   * @return null when the secret is wrong or anything is unknown, disabled or expired
   */
  public @Nullable String tokenUser(String text) {
    int bang = text.indexOf('!');
    int equals = text.indexOf('=', Math.max(0, bang));
    if (bang < 1 || equals < 0) {
      return null;
    }
    var user = users.get(text.substring(0, bang));
    String name = text.substring(bang + 1, equals);
    var token = user == null ? null : user.tokens().get(name);
    long now = cluster.time().seconds();
    return user != null
            && token != null
            && user.isValid(now)
            && (token.expire() == 0 || token.expire() > now)
            && token.secret().equals(text.substring(equals + 1))
        ? user.id() + "!" + name
        : null;
  }

  /** Logs a user in; null when it may not. */
  public @Nullable User login(String id, String password) {
    var user = users.get(id);
    if (user == null || !user.isValid(cluster.time().seconds())) {
      return null;
    }
    boolean renewal = id.equals(tickets.get(password));
    return renewal || user.hasPassword(password) ? user : null;
  }

  public String newTicket(User user) {
    String stamp = String.format("%08X", cluster.time().seconds());
    String ticket = "PVE:" + user.id() + ":" + stamp + "::" + cluster.random().secret();
    tickets.put(ticket, user.id());
    return ticket;
  }

  public String newCsrfToken(User user) {
    String token =
        String.format("%08X", cluster.time().seconds()) + ":" + cluster.random().secret();
    tickets.put("CSRF " + token, user.id());
    return token;
  }

  /** The user of a ticket; null when it is none, or older than two hours. */
  public @Nullable String ticketUser(String ticket) {
    var user = tickets.get(ticket);
    var parts = ticket.split(":");
    if (user == null || parts.length < 3) {
      return null;
    }
    long age = cluster.time().seconds() - Long.parseLong(parts[2], 16);
    return age < 7200 ? user : null;
  }

  public boolean isCsrfToken(String user, String token) {
    return user.equals(tickets.get("CSRF " + token));
  }

  private static Map<String, Boolean> everything() {
    Map<String, Boolean> all = new TreeMap<>();
    Privileges.ALL.forEach(p -> all.put(p, true));
    return Collections.unmodifiableMap(all);
  }

  /** Privileges on a path; true for those that propagate. */
  public Map<String, Boolean> permissions(String who, String path) {
    if (who.equals("root@pam")) {
      return EVERYTHING;
    }
    int bang = who.indexOf('!');
    if (bang < 0) {
      return ofUser(who, path);
    }
    String user = who.substring(0, bang);
    var owner = users.get(user);
    var token = owner == null ? null : owner.tokens().get(who.substring(bang + 1));
    if (token == null) {
      return Map.of();
    }
    var all = permissions(user, path);
    if (token.separated()) {
      var own = fromRoles(who, Set.of(), path);
      var both = new TreeMap<String, Boolean>();
      own.forEach((privilege, propagate) -> {
        var users = all.get(privilege);
        if (users != null) {
          both.put(privilege, users && propagate);
        }
      });
      return both;
    }
    return all;
  }

  private Map<String, Boolean> ofUser(String who, String path) {
    var user = users.get(who);
    return user == null ? Map.of() : fromRoles(who, user.groups(), path);
  }

  private Map<String, Boolean> fromRoles(String who, Set<String> groupsOf, String path) {
    var granted = rolesOn(who, groupsOf, path);
    if (path.startsWith("/vms/") || path.startsWith("/storage/")) {
      var pool = cluster.poolOf(path);
      if (pool != null && !granted.containsKey("NoAccess")) {
        rolesOn(who, groupsOf, "/pool/" + pool)
            .forEach((role, propagate) -> granted.merge(role, propagate, Boolean::logicalOr));
      }
    }
    var privileges = new TreeMap<String, Boolean>();
    if (granted.containsKey("NoAccess")) {
      return privileges;
    }
    granted.forEach((role, propagate) ->
        roles
            .getOrDefault(role, Set.of())
            .forEach(p -> privileges.merge(p, propagate, Boolean::logicalOr)));
    return privileges;
  }

  private Map<String, Boolean> rolesOn(String who, Set<String> groupsOf, String path) {
    Map<String, Boolean> granted = new TreeMap<>();
    for (String step : steps(path)) {
      boolean last = step.equals(path);
      String type = who.indexOf('!') >= 0 ? "token" : "user";
      var own = matching(step, type, Set.of(who), last);
      var found = own.isEmpty() ? matching(step, "group", groupsOf, last) : own;
      if (!found.isEmpty()) {
        granted = found;
      }
    }
    return granted;
  }

  private Map<String, Boolean> matching(String path, String type, Set<String> names, boolean last) {
    Map<String, Boolean> found = new TreeMap<>();
    for (var entry : acl.getOrDefault(path, List.of())) {
      if (entry.type.equals(type) && names.contains(entry.who) && (last || entry.propagate)) {
        found.merge(entry.role, entry.propagate, Boolean::logicalOr);
      }
    }
    return found;
  }

  private static List<String> steps(String path) {
    List<String> steps = new ArrayList<>();
    steps.add("/");
    for (int at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
      steps.add(path.substring(0, at));
    }
    if (path.length() > 1) {
      steps.add(path);
    }
    return steps;
  }

  /** Paths on which a user's permissions are listed. */
  public Set<String> listedPaths() {
    var paths =
        new TreeSet<>(
            Set.of(
                "/", "/access", "/access/groups", "/nodes", "/pool", "/sdn", "/storage", "/vms"));
    paths.addAll(acl.keySet());
    return paths;
  }

  public boolean has(String who, String path, String privilege) {
    return permissions(who, path).containsKey(privilege);
  }
}
