package pivm.engine.setup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;

/** A role with at least some privileges. */
public final class RolePart implements Part {
  private final Access access;
  private final String name;
  private final List<String> privileges;
  private final String user;

  /**
   * @param user whose comment tells whether a set-up on another node made the role
   */
  public RolePart(Proxmox root, String name, List<String> privileges, String user) {
    this.access = new Access(root);
    this.name = name;
    this.privileges = List.copyOf(privileges);
    this.user = user;
  }

  @Override
  public String what() {
    return "role";
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String detail() {
    return user;
  }

  @Override
  public boolean fromOtherSetup() {
    return UserPart.WITH_ROLE.equals(access.user(user));
  }

  @Override
  public Look look() {
    List<String> now = access.role(name);
    if (now == null) {
      return Look.of(State.MISSING);
    }
    List<String> missing = missing(now);
    return missing.isEmpty()
        ? Look.of(State.THERE)
        : new Look(
            State.OTHER,
            "it lacks "
                + String.join(", ", missing)
                + "; pveum role modify "
                + name
                + " --append 1 --privs "
                + String.join(",", missing)
                + " adds them");
  }

  private List<String> missing(List<String> now) {
    List<String> missing = new ArrayList<>(privileges);
    missing.removeAll(now);
    return missing;
  }

  @Override
  public void make() throws IOException {
    @Nullable List<String> now = access.role(name);
    String list = String.join(",", privileges);
    Access.attempt(
        "the role " + name + " can't be made",
        () ->
            access.call(
                now == null
                    ? ApiCall.post("/access/roles").with("roleid", name).with("privs", list)
                    : ApiCall.put("/access/roles/" + name)
                        .with("privs", list)
                        .with("append", true)));
  }

  @Override
  public String remove() throws IOException {
    if (access.role(name) == null) {
      return "";
    }
    for (Access.Grant grant : access.grants()) {
      if (grant.role().equals(name)) {
        return grant.who() + " has it on " + grant.path();
      }
    }
    Access.attempt(
        "the role " + name + " can't be removed",
        () -> access.call(ApiCall.delete("/access/roles/" + name)));
    return "";
  }
}
