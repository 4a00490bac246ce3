package pivm.engine.image;

import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Digests;

/** Addresses on the web: in messages without what only their owner should know. */
public final class Addresses {
  private static final Pattern USER = Pattern.compile("(?i)^(https?://)[^/?#]*@");

  /** Without user, password and query: those may be secrets. */
  public static String shown(String address) {
    String shown = USER.matcher(address).replaceFirst("$1");
    int query = shown.indexOf('?');
    return query < 0 ? shown : shown.substring(0, query) + "?…";
  }

  /** As it is shown; different addresses that are shown alike are told apart by a short mark. */
  public static String label(String address) {
    return secret(address) ? shown(address) + "#" + Digests.of(address, 3) : shown(address);
  }

  /** Whether it holds something that must not be given to a node, whose task log shows it. */
  public static boolean secret(String address) {
    return USER.matcher(address).find() || address.indexOf('?') >= 0;
  }

  /** Whether what comes could be changed on the way although the first address is encrypted. */
  public static boolean losesEncryption(URI from, URI to) {
    return "https".equalsIgnoreCase(from.getScheme()) && "http".equalsIgnoreCase(to.getScheme());
  }

  /** The address; null when it is none on the web. */
  public static @Nullable URI parse(String address) {
    try {
      URI uri = URI.create(address.replace(" ", "%20").replace("|", "%7C"));
      boolean web =
          "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
      return web && uri.getHost() != null ? uri : null;
    } catch (IllegalArgumentException noAddress) {
      return null;
    }
  }

  private Addresses() {}
}
