package pivm.engine.setup;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/**
 * Users, roles, tokens and the access control list, asked for as root. Proxmox answers that
 * something is missing with an error in words, so lists are read instead.
 */
final class Access {

  /** An entry of the access control list. */
  record Grant(String path, String type, String who, String role) {}

  private final Proxmox proxmox;

  Access(Proxmox proxmox) {
    this.proxmox = proxmox;
  }

  /** The privileges of a role; null when there is no such role. */
  @Nullable List<String> role(String name) {
    for (Json role : list("/access/roles")) {
      if (name.equals(role.asObject().text("roleid"))) {
        String text = role.asObject().text("privs", "");
        return text.isEmpty() ? List.of() : List.copyOf(new TreeSet<>(List.of(text.split(","))));
      }
    }
    return null;
  }

  /** The comment of a user; null when there is no such user. */
  @Nullable String user(String id) {
    for (Json user : list("/access/users")) {
      if (id.equals(user.asObject().text("userid"))) {
        return user.asObject().text("comment", "");
      }
    }
    return null;
  }

  /** The names of a user's tokens; empty also for a user that is not there. */
  List<String> tokens(String user) {
    if (user(user) == null) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    list("/access/users/" + user + "/token")
        .forEach(token -> names.add(token.asObject().text("tokenid", "")));
    return names;
  }

  List<Grant> grants() {
    List<Grant> grants = new ArrayList<>();
    for (Json entry : list("/access/acl")) {
      Json.Obj grant = entry.asObject();
      grants.add(
          new Grant(
              grant.text("path", ""),
              grant.text("type", ""),
              grant.text("ugid", ""),
              grant.text("roleid", "")));
    }
    return grants;
  }

  private List<Json> list(String path) {
    return proxmox.call(ApiCall.get(path)).elements();
  }

  Json call(ApiCall call) {
    return proxmox.call(call);
  }

  /** Does something that ends in an exception of ours. */
  static void attempt(String what, Runnable call) throws java.io.IOException {
    try {
      call.run();
    } catch (ProxmoxException refused) {
      throw new java.io.IOException(what + ": " + refused.getMessage(), refused);
    }
  }
}
