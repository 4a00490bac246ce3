package pivm.simulator.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.simulator.config.Digests;
import pivm.simulator.json.Doc;
import pivm.simulator.state.Access;
import pivm.simulator.state.ApiError;

/** {@code /access}: login, permissions, roles and the access control list. */
final class AccessApi {
  private static final Map<String, Pattern> CAPABILITIES =
      Map.of(
          "vms", Pattern.compile("VM\\..*|Permissions\\.Modify"),
          "access", Pattern.compile("(User|Group)\\..*|Permissions\\.Modify"),
          "storage", Pattern.compile("Datastore\\..*|Permissions\\.Modify"),
          "nodes", Pattern.compile("Sys\\..*|Permissions\\.Modify"),
          "sdn", Pattern.compile("SDN\\..*|Permissions\\.Modify"),
          "dc", Pattern.compile("Sys\\.Audit|Sys\\.Modify|SDN\\..*"),
          "mapping", Pattern.compile("Mapping\\..*|Permissions\\.Modify"));

  private AccessApi() {}

  static void register(Router router) {
    router.get("/access/ticket", c -> null);
    router.post("/access/ticket", AccessApi::login);
    router.put("/access/password", AccessApi::password);
    router.get("/access/permissions", AccessApi::permissions);
    router.get("/access/domains", c -> domains());
    router.get("/access/domains/{realm}", AccessApi::domain);
    router.get("/access/tfa", c -> List.of());
    router.get("/access/roles", AccessApi::roles);
    router.post("/access/roles", AccessApi::createRole);
    router.get("/access/roles/{roleid}", AccessApi::role);
    router.put("/access/roles/{roleid}", AccessApi::updateRole);
    router.delete("/access/roles/{roleid}", AccessApi::deleteRole);
    router.get("/access/acl", AccessApi::acl);
    router.put("/access/acl", AccessApi::updateAcl);
    UserApi.register(router);
    TokenApi.register(router);
  }

  private static Doc login(Call call) {
    String name = call.need("username");
    String id = call.has("realm") ? name + "@" + call.need("realm") : name;
    var user = call.cluster().access().login(id, call.need("password"));
    if (user == null) {
      throw ApiError.of(401, "authentication failure");
    }
    return new Doc()
        .put("username", user.id())
        .put("ticket", call.cluster().access().newTicket(user))
        .put("CSRFPreventionToken", call.cluster().access().newCsrfToken(user))
        .put("cap", capabilities(call, user.id()))
        .putIfPresent(
            "clustername", call.cluster().nodes().size() > 1 ? call.cluster().name() : null);
  }

  private static Doc capabilities(Call call, String who) {
    Map<String, Doc> areas = new LinkedHashMap<>();
    CAPABILITIES.keySet().forEach(area -> areas.put(area, new Doc()));
    var paths = new TreeSet<>(call.cluster().access().listedPaths());
    paths.add("/mapping");
    for (String path : paths) {
      String area = path.equals("/") ? "dc" : path.substring(1).split("/")[0];
      var pattern = CAPABILITIES.get(area);
      var doc = areas.get(area);
      if (pattern != null && doc != null) {
        for (String privilege : call.cluster().access().permissions(who, path).keySet()) {
          if (pattern.matcher(privilege).matches()) {
            doc.put(privilege, 1);
          }
        }
      }
    }
    var all = new Doc();
    areas.forEach(all::put);
    return all;
  }

  private static @Nullable Void password(Call call) {
    var user = call.cluster().access().users().get(call.need("userid"));
    if (user == null) {
      throw ApiError.die("no such user ('" + call.need("userid") + "')");
    }
    user.password(call.need("password"));
    return null;
  }

  private static Doc permissions(Call call) {
    var access = call.cluster().access();
    String who = call.get("userid", call.who());
    boolean own = who.equals(call.who()) || who.startsWith(call.who() + "!");
    if (!own) {
      call.permissions().check("/access", "Sys.Audit");
    }
    var paths = call.has("path") ? Set.of(call.need("path")) : access.listedPaths();
    var doc = new Doc();
    for (String path : paths) {
      var held = new Doc();
      access.permissions(who, path).forEach((privilege, on) -> held.put(privilege, on ? 1 : 0));
      if (!held.isEmpty()) {
        doc.put(path, held);
      }
    }
    return doc;
  }

  private static List<Doc> domains() {
    return List.of(
        new Doc()
            .put("realm", "pam")
            .put("type", "pam")
            .put("comment", "Linux PAM standard authentication"),
        new Doc()
            .put("realm", "pve")
            .put("type", "pve")
            .put("comment", "Proxmox VE authentication server"));
  }

  private static Doc domain(Call call) {
    String realm = call.need("realm");
    for (var domain : domains()) {
      if (realm.equals(domain.get("realm"))) {
        return domain.remove("realm").put("digest", Digests.sha1(""));
      }
    }
    throw ApiError.die("domain '" + realm + "' does not exist");
  }

  private static List<Doc> roles(Call call) {
    List<Doc> found = new ArrayList<>();
    call.cluster()
        .access()
        .roles()
        .forEach((name, privileges) ->
            found.add(
                new Doc()
                    .put("roleid", name)
                    .put("privs", String.join(",", privileges))
                    .put("special", isBuiltIn(name) ? 1 : 0)));
    return found;
  }

  private static boolean isBuiltIn(String role) {
    return pivm.simulator.schema.Privileges.ROLES.containsKey(role);
  }

  private static @Nullable Void createRole(Call call) {
    String name = call.need("roleid");
    if (name.regionMatches(true, 0, "PVE", 0, 3)) {
      throw ApiError.parameter(
          "roleid", "cannot use role ID starting with the (case-insensitive) 'PVE' namespace");
    }
    var roles = call.cluster().access().roles();
    if (roles.containsKey(name)) {
      throw ApiError.die("create role failed: role '" + name + "' already exists");
    }
    call.cluster().checkWritable("create role failed: ", "user_cfg");
    roles.put(name, new TreeSet<>(Call.list(call.get("privs"))));
    call.cluster().changed();
    return null;
  }

  private static Set<String> existingRole(Call call) {
    var role = call.cluster().access().roles().get(call.need("roleid"));
    if (role == null) {
      throw ApiError.die("role '" + call.need("roleid") + "' does not exist");
    }
    return role;
  }

  private static Doc role(Call call) {
    var doc = new Doc();
    existingRole(call).forEach(privilege -> doc.put(privilege, 1));
    return doc;
  }

  private static @Nullable Void updateRole(Call call) {
    String name = call.need("roleid");
    if (isBuiltIn(name)) {
      throw ApiError.die("auto-generated role '" + name + "' cannot be modified");
    }
    var role = existingRole(call);
    if (!call.flag("append")) {
      role.clear();
    }
    role.addAll(Call.list(call.get("privs")));
    call.cluster().changed();
    return null;
  }

  private static @Nullable Void deleteRole(Call call) {
    String name = call.need("roleid");
    if (isBuiltIn(name)) {
      throw ApiError.die("auto-generated role '" + name + "' cannot be deleted");
    }
    existingRole(call);
    call.cluster().access().roles().remove(name);
    call.cluster().changed();
    return null;
  }

  private static List<Doc> acl(Call call) {
    List<Doc> found = new ArrayList<>();
    for (var entry : call.cluster().access().entries()) {
      if (call.permissions().mayModifyPermissions(entry.path())) {
        found.add(
            new Doc()
                .put("path", entry.path())
                .put("type", entry.type())
                .put("ugid", entry.who())
                .put("roleid", entry.role())
                .put("propagate", entry.propagate() ? 1 : 0));
      }
    }
    return found;
  }

  private static @Nullable Void updateAcl(Call call) {
    var path = Access.normalize(call.need("path"));
    if (path == null) {
      throw ApiError.parameter("path", "invalid ACL path '" + call.need("path") + "'");
    }
    if (!call.has("users") && !call.has("groups") && !call.has("tokens")) {
      String reason = "either 'users', 'groups' or 'tokens' is required.";
      throw ApiError.parameters(Map.of("users", reason, "groups", reason, "tokens", reason));
    }
    call.cluster().checkWritable("ACL update failed: ", "user_cfg");
    for (String role : Call.list(call.need("roles"))) {
      if (!call.cluster().access().roles().containsKey(role)) {
        throw ApiError.die("ACL update failed: role '" + role + "' does not exist");
      }
      Call.list(call.get("users")).forEach(who -> change(call, path, "user", who, role));
      Call.list(call.get("groups")).forEach(who -> change(call, path, "group", who, role));
      Call.list(call.get("tokens")).forEach(who -> change(call, path, "token", who, role));
    }
    call.cluster().changed();
    return null;
  }

  private static void change(Call call, String path, String type, String who, String role) {
    var access = call.cluster().access();
    boolean known =
        switch (type) {
          case "user" -> access.users().containsKey(who);
          case "group" -> access.groups().containsKey(who);
          default -> TokenApi.exists(access, who);
        };
    if (!known) {
      throw ApiError.die("ACL update failed: " + type + " '" + who + "' does not exist");
    }
    var entry = new Access.Entry(path, type, who, role, !"0".equals(call.get("propagate")));
    if (call.flag("delete")) {
      access.revoke(entry);
    } else {
      access.grant(entry);
    }
  }
}
