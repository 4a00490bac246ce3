package pivm.engine.setup;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;

/**
 * The user that tokens belong to. Nobody logs in as it: it has no password. Its comment tells
 * set-ups on other nodes of the cluster what one of them made.
 */
public final class UserPart implements Part {
  static final String ALONE = "made by pivm setup";
  static final String WITH_ROLE = "made by pivm setup, with its role";

  private final Access access;
  private final String id;
  private final SetupRecord made;

  public UserPart(Proxmox root, String id, SetupRecord made) {
    this.access = new Access(root);
    this.id = id;
    this.made = made;
  }

  @Override
  public String what() {
    return "user";
  }

  @Override
  public String name() {
    return id;
  }

  @Override
  public boolean fromOtherSetup() {
    @Nullable String comment = access.user(id);
    return ALONE.equals(comment) || WITH_ROLE.equals(comment);
  }

  @Override
  public Look look() {
    return Look.of(access.user(id) == null ? State.MISSING : State.THERE);
  }

  @Override
  public void make() throws IOException {
    boolean role = made.entries().stream().anyMatch(entry -> entry.what().equals("role"));
    Access.attempt(
        "the user " + id + " can't be made",
        () ->
            access.call(
                ApiCall.post("/access/users")
                    .with("userid", id)
                    .with("comment", role ? WITH_ROLE : ALONE)));
  }

  @Override
  public String remove() throws IOException {
    if (access.user(id) == null) {
      return "";
    }
    List<String> tokens = access.tokens(id);
    if (!tokens.isEmpty()) {
      return "it has other tokens: " + String.join(", ", tokens);
    }
    for (Access.Grant grant : access.grants()) {
      if (grant.who().equals(id)) {
        return "it has the role " + grant.role() + " on " + grant.path();
      }
    }
    Access.attempt(
        "the user " + id + " can't be removed",
        () -> access.call(ApiCall.delete("/access/users/" + id)));
    return "";
  }
}
