package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.Doc;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.User;

/** {@code /access/users} and {@code /access/groups}. */
final class UserApi {
  private static final List<String> SETTINGS =
      List.of("comment", "email", "firstname", "lastname", "keys");

  private UserApi() {}

  static void register(Router router) {
    router.get("/access/users", UserApi::list);
    router.post("/access/users", UserApi::create);
    router.get("/access/users/{userid}", UserApi::read);
    router.put("/access/users/{userid}", UserApi::update);
    router.delete("/access/users/{userid}", UserApi::delete);
    router.get("/access/groups", UserApi::groups);
    router.post("/access/groups", UserApi::createGroup);
    router.get("/access/groups/{groupid}", UserApi::group);
    router.delete("/access/groups/{groupid}", UserApi::deleteGroup);
  }

  static User existing(Call call) {
    var user = call.cluster().access().users().get(call.need("userid"));
    if (user == null) {
      throw ApiError.die("no such user ('" + call.need("userid") + "')");
    }
    return user;
  }

  private static Doc shown(User user) {
    var doc = new Doc().put("enable", user.isEnabled() ? 1 : 0).put("expire", user.expire());
    user.settings().forEach(doc::put);
    return doc;
  }

  private static List<Doc> list(Call call) {
    List<Doc> found = new ArrayList<>();
    boolean all = call.permissions().mayAny("/access/groups", "User.Modify", "Sys.Audit");
    for (var user : call.cluster().access().users().values()) {
      if (!all && !user.id().equals(call.who())) {
        continue;
      }
      var doc = shown(user).put("userid", user.id());
      if (user.realm().equals("pam") || user.realm().equals("pve")) {
        doc.put("realm-type", user.realm());
      }
      if (call.flag("full")) {
        doc.put("groups", String.join(",", user.groups())).put("tokens", tokens(user));
      }
      found.add(doc);
    }
    return found;
  }

  private static @Nullable List<Doc> tokens(User user) {
    if (user.tokens().isEmpty()) {
      return null;
    }
    List<Doc> tokens = new ArrayList<>();
    user.tokens().forEach((id, token) -> tokens.add(TokenApi.shown(token).put("tokenid", id)));
    return tokens;
  }

  private static Doc read(Call call) {
    var user = existing(call);
    var doc = shown(user).put("groups", new ArrayList<>(user.groups()));
    if (user.tokens().isEmpty()) {
      return doc.put("tokens", null);
    }
    var tokens = new Doc();
    user.tokens().forEach((id, token) -> tokens.put(id, TokenApi.shown(token)));
    return doc.put("tokens", tokens);
  }

  private static @Nullable Void create(Call call) {
    String id = call.need("userid");
    call.cluster().checkWritable("create user failed: ", "user_cfg");
    if (call.cluster().access().users().containsKey(id)) {
      throw ApiError.die("create user failed: user '" + id + "' already exists");
    }
    settings(call, call.cluster().access().addUser(id));
    return null;
  }

  private static @Nullable Void update(Call call) {
    var user = existing(call);
    call.cluster().checkWritable("update user failed: ", "user_cfg");
    if (call.has("groups") && !call.flag("append")) {
      user.groups().clear();
    }
    settings(call, user);
    return null;
  }

  private static void settings(Call call, User user) {
    for (String name : SETTINGS) {
      var value = call.get(name);
      if (value != null) {
        user.settings().put(name, value);
      }
    }
    user.enabled(!"0".equals(call.get("enable", user.isEnabled() ? "1" : "0")));
    user.expire(call.number("expire", user.expire()));
    user.groups().addAll(Call.list(call.get("groups")));
    if (call.has("password")) {
      user.password(call.need("password"));
    }
    call.cluster().changed();
  }

  private static @Nullable Void delete(Call call) {
    var user = existing(call);
    call.cluster().checkWritable("delete user failed: ", "user_cfg");
    call.cluster().access().users().remove(user.id());
    call.cluster().access().forget("user", user.id());
    call.cluster().changed();
    return null;
  }

  private static List<String> members(Call call, String group) {
    return call.cluster().access().users().values().stream()
        .filter(u -> u.groups().contains(group))
        .map(User::id)
        .toList();
  }

  private static List<Doc> groups(Call call) {
    List<Doc> found = new ArrayList<>();
    call.cluster()
        .access()
        .groups()
        .forEach((name, comment) ->
            found.add(
                new Doc()
                    .put("groupid", name)
                    .putIfPresent("comment", comment)
                    .put("users", String.join(",", members(call, name)))));
    return found;
  }

  private static @Nullable Void createGroup(Call call) {
    String name = call.need("groupid");
    if (call.cluster().access().groups().containsKey(name)) {
      throw ApiError.die("create group failed: group '" + name + "' already exists");
    }
    call.cluster().checkWritable("create group failed: ", "user_cfg");
    call.cluster().access().groups().put(name, call.get("comment"));
    call.cluster().changed();
    return null;
  }

  private static void checkGroup(Call call) {
    if (!call.cluster().access().groups().containsKey(call.need("groupid"))) {
      throw ApiError.die("group '" + call.need("groupid") + "' does not exist");
    }
  }

  private static Doc group(Call call) {
    checkGroup(call);
    String name = call.need("groupid");
    return new Doc()
        .putIfPresent("comment", call.cluster().access().groups().get(name))
        .put("members", members(call, name));
  }

  private static @Nullable Void deleteGroup(Call call) {
    checkGroup(call);
    String name = call.need("groupid");
    call.cluster().access().groups().remove(name);
    call.cluster().access().forget("group", name);
    call.cluster().access().users().values().forEach(u -> u.groups().remove(name));
    call.cluster().changed();
    return null;
  }
}
