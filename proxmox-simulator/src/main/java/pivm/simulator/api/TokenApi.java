package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.simulator.json.Doc;
import pivm.simulator.state.Access;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.User;
import pivm.simulator.state.User.Token;

/** {@code /access/users/{userid}/token}. */
final class TokenApi {
  private static final String PATH = "/access/users/{userid}/token";
  private static final String ONE = PATH + "/{tokenid}";

  private TokenApi() {}

  static void register(Router router) {
    router.get(PATH, TokenApi::list);
    router.get(ONE, c -> shown(existing(c)));
    router.post(ONE, TokenApi::create);
    router.put(ONE, TokenApi::update);
    router.delete(ONE, TokenApi::delete);
  }

  static boolean exists(Access access, String id) {
    int bang = id.indexOf('!');
    var user = bang < 0 ? null : access.users().get(id.substring(0, bang));
    return user != null && user.tokens().containsKey(id.substring(bang + 1));
  }

  static Doc shown(Token token) {
    return new Doc()
        .put("privsep", token.separated() ? 1 : 0)
        .put("expire", token.expire())
        .putIfPresent("comment", token.comment());
  }

  private static List<Doc> list(Call call) {
    List<Doc> found = new ArrayList<>();
    UserApi.existing(call)
        .tokens()
        .forEach((id, token) -> found.add(shown(token).put("tokenid", id)));
    return found;
  }

  private static Token existing(Call call) {
    var user = UserApi.existing(call);
    var token = user.tokens().get(call.need("tokenid"));
    if (token == null) {
      throw ApiError.die(
          "no such token '" + call.need("tokenid") + "' for user '" + user.id() + "'");
    }
    return token;
  }

  private static Doc create(Call call) {
    var user = UserApi.existing(call);
    String id = call.need("tokenid");
    if (user.tokens().containsKey(id)) {
      throw ApiError.parameter("tokenid", "Token already exists.");
    }
    call.cluster().checkWritable("", "user_cfg");
    var token =
        new Token(
            call.cluster().random().uuid(),
            !"0".equals(call.get("privsep")),
            call.number("expire", 0),
            call.get("comment"));
    user.tokens().put(id, token);
    call.cluster().changed();
    var info = new Doc();
    info.put("privsep", call.get("privsep", "1")).putIfPresent("comment", token.comment());
    info.putIfPresent("expire", call.get("expire"));
    return new Doc()
        .put("full-tokenid", user.id() + "!" + id)
        .put("info", info)
        .put("value", token.secret());
  }

  private static Doc update(Call call) {
    var old = existing(call);
    User user = UserApi.existing(call);
    boolean fresh = call.flag("regenerate");
    var token =
        new Token(
            fresh ? call.cluster().random().uuid() : old.secret(),
            call.has("privsep") ? call.flag("privsep") : old.separated(),
            call.number("expire", old.expire()),
            call.get("comment", old.comment() == null ? "" : old.comment()));
    user.tokens().put(call.need("tokenid"), token);
    call.cluster().changed();
    var doc = shown(token);
    if (fresh) {
      doc.put("full-tokenid", user.id() + "!" + call.need("tokenid")).put("value", token.secret());
    }
    return doc;
  }

  private static @Nullable Void delete(Call call) {
    existing(call);
    var user = UserApi.existing(call);
    user.tokens().remove(call.need("tokenid"));
    call.cluster().access().forget("token", user.id() + "!" + call.need("tokenid"));
    call.cluster().changed();
    return null;
  }
}
