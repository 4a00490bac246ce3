package pivm.engine.setup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.json.Json;

/**
 * An API token and the file that holds it. Proxmox tells its secret once: without the file it is
 * lost.
 */
public final class TokenPart implements Part {
  private final Access access;
  private final String user;
  private final String token;
  private final Path place;
  private final String path;
  private final SetupRecord made;
  private final boolean anew;

  /**
   * @param token its name
   * @param place where the file really is; {@code path} is what people call it
   * @param anew whether one whose secret is lost is made again
   */
  public TokenPart(
      Proxmox root,
      String user,
      String token,
      Path place,
      String path,
      SetupRecord made,
      boolean anew) {
    this.access = new Access(root);
    this.user = user;
    this.token = token;
    this.place = place;
    this.path = path;
    this.made = made;
    this.anew = anew;
  }

  @Override
  public String what() {
    return "token";
  }

  @Override
  public String name() {
    return user + "!" + token;
  }

  @Override
  public String detail() {
    return path;
  }

  @Override
  public boolean fromOtherSetup() {
    return anew;
  }

  @Override
  public Look look() throws IOException {
    boolean there = access.tokens(user).contains(token);
    if (!there) {
      return Look.of(State.MISSING);
    }
    if (secretIsThere()) {
      return anew ? new Look(State.OTHER, "a new one is asked for") : Look.of(State.THERE);
    }
    SetupRecord.Entry known = made.find(this);
    boolean neverUsed = known != null && known.progress() == SetupRecord.Progress.MAKING;
    return anew || neverUsed
        ? new Look(State.OTHER, "its secret is lost")
        : new Look(
            State.BARRED,
            "it exists, and " + path + " does not hold its secret; --new-token makes a new one");
  }

  private boolean secretIsThere() throws IOException {
    return Files.isRegularFile(place) && Files.readString(place).startsWith(name() + "=");
  }

  @Override
  public void make() throws IOException {
    String at = "/access/users/" + user + "/token/" + token;
    boolean there = access.tokens(user).contains(token);
    Access.attempt(
        "the token " + name() + " can't be made",
        () -> {
          if (there) {
            access.call(ApiCall.delete(at));
          }
          Json answer = access.call(ApiCall.post(at).with("privsep", false));
          keep(answer.asObject().text("value"));
        });
  }

  private void keep(@Nullable String secret) {
    if (secret == null) {
      throw new IllegalStateException("Proxmox told no secret for the token " + name());
    }
    String text = name() + "=" + secret + "\n";
    try {
      new FilePart(place, path, text, "rw-------", "", true).make();
    } catch (IOException unwritable) {
      throw new java.io.UncheckedIOException(path + " can't be written", unwritable);
    }
  }

  @Override
  public String remove() throws IOException {
    if (access.tokens(user).contains(token)) {
      Access.attempt(
          "the token " + name() + " can't be removed",
          () -> access.call(ApiCall.delete("/access/users/" + user + "/token/" + token)));
    }
    Files.deleteIfExists(place);
    return "";
  }
}
