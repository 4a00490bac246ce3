package pivm.simulator.state;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A user, with API tokens. */
public final class User {
  private final String id;
  private final TreeMap<String, String> settings = new TreeMap<>();
  private final TreeSet<String> groups = new TreeSet<>();
  private final TreeMap<String, Token> tokens = new TreeMap<>();
  private boolean enabled = true;
  private long expire;
  private @Nullable String password;

  User(String id) {
    this.id = id;
  }

  /** {@code name@realm}. */
  public String id() {
    return id;
  }

  public String realm() {
    return id.substring(id.lastIndexOf('@') + 1);
  }

  /** Comment, e-mail, names, as given. */
  public Map<String, String> settings() {
    return settings;
  }

  public Set<String> groups() {
    return groups;
  }

  public Map<String, Token> tokens() {
    return tokens;
  }

  public boolean isEnabled() {
    return enabled;
  }

  public void enabled(boolean on) {
    enabled = on;
  }

  /** Seconds since 1970; 0 for never. */
  public long expire() {
    return expire;
  }

  public void expire(long seconds) {
    expire = seconds;
  }

  boolean isValid(long nowSeconds) {
    return enabled && (expire == 0 || expire > nowSeconds);
  }

  public void password(String text) {
    password = text;
  }

  boolean hasPassword(String text) {
    return password != null && password.equals(text);
  }

  /**
   * An API token.
   *
   * @param separated whether it needs rights of its own
   * @param expire seconds since 1970; 0 for never
   */
  public record Token(String secret, boolean separated, long expire, @Nullable String comment) {}
}
