package pivm.engine.setup;

import java.io.IOException;
import java.util.List;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;

/** That a user has a role on everything. */
public final class GrantPart implements Part {
  private final Access access;
  private final String user;
  private final String role;

  public GrantPart(Proxmox root, String user, String role) {
    this.access = new Access(root);
    this.user = user;
    this.role = role;
  }

  @Override
  public String what() {
    return "grant";
  }

  @Override
  public String name() {
    return role + " on / to " + user;
  }

  @Override
  public String detail() {
    return user + " " + role;
  }

  @Override
  public boolean fromOtherSetup() {
    String comment = access.user(user);
    return UserPart.ALONE.equals(comment) || UserPart.WITH_ROLE.equals(comment);
  }

  @Override
  public Look look() {
    return Look.of(
        access.grants().contains(new Access.Grant("/", "user", user, role))
            ? State.THERE
            : State.MISSING);
  }

  private ApiCall call() {
    return ApiCall.put("/access/acl").with("path", "/").with("users", user).with("roles", role);
  }

  @Override
  public void make() throws IOException {
    Access.attempt(user + " can't be given the role " + role, () -> access.call(call()));
  }

  @Override
  public String remove() throws IOException {
    if (look().state() == State.MISSING) {
      return "";
    }
    List<String> tokens = access.tokens(user);
    if (!tokens.isEmpty()) {
      return "other tokens of " + user + " act by it: " + String.join(", ", tokens);
    }
    Access.attempt(
        "the role " + role + " can't be taken from " + user,
        () -> access.call(call().with("delete", true)));
    return "";
  }
}
