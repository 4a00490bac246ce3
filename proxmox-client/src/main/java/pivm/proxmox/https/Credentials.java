package pivm.proxmox.https;

/** How the client proves who it is. Secrets never show in {@code toString}. */
public sealed interface Credentials {

  /** Whose they are: {@code user@realm} or {@code user@realm!name}. */
  default String owner() {
    return switch (this) {
      case ApiToken token -> token.id();
      case Login login -> login.user();
    };
  }

  /**
   * An API token.
   *
   * @param id {@code user@realm!name}
   */
  record ApiToken(String id, String secret) implements Credentials {
    public ApiToken {
      if (!id.matches("[^\\s@!]+@[^\\s@!]+![^\\s@!=]+")) {
        throw new IllegalArgumentException(
            "'" + id + "' is no token's name: expected USER@REALM!NAME");
      }
    }

    /**
     * Reads {@code USER@REALM!NAME=SECRET}.
     *
     * @throws IllegalArgumentException when it has another form; the message holds no secret
     */
    public static ApiToken parse(String text) {
      int equals = text.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(
            "the token has no secret: expected USER@REALM!NAME=SECRET");
      }
      return new ApiToken(text.substring(0, equals), text.substring(equals + 1));
    }

    @Override
    public String toString() {
      return id + "=***";
    }
  }

  /**
   * A user's own login, which gets a ticket and renews it.
   *
   * @param user {@code user@realm}
   */
  record Login(String user, String password) implements Credentials {
    @Override
    public String toString() {
      return user + ":***";
    }
  }
}
