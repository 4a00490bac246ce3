package pivm.simulator.api;

import org.jspecify.annotations.Nullable;
import pivm.simulator.state.ApiError;
import pivm.simulator.state.Cluster;

/** Finds out who sent a request. */
final class Authentication {
  private static final String TOKEN = "PVEAPIToken";
  private static final String COOKIE = "PVEAuthCookie=";

  private Authentication() {}

  /**
   * The user or token.
   *
   * @param forAll whether the call needs nobody; then empty text is an answer
   * @throws ApiError 401
   */
  static String of(Cluster cluster, SimRequest request, boolean forAll) {
    if (request.asRoot()) {
      return "root@pam";
    }
    if (forAll) {
      return "";
    }
    var authorization = request.headers().get("authorization");
    if (authorization != null && authorization.startsWith(TOKEN)) {
      String text = authorization.substring(TOKEN.length()).replaceFirst("^[= ]", "");
      return known(cluster.access().tokenUser(text));
    }
    String ticket = ticket(request, authorization);
    if (ticket.isEmpty()) {
      throw ApiError.of(401, "No ticket");
    }
    String user = known(cluster.access().ticketUser(ticket));
    if (request.isWrite()
        && !cluster
            .access()
            .isCsrfToken(user, request.headers().getOrDefault("csrfpreventiontoken", ""))) {
      throw ApiError.of(401, "Permission denied - invalid csrf token");
    }
    return user;
  }

  private static String ticket(SimRequest request, @Nullable String authorization) {
    if (authorization != null && authorization.startsWith(COOKIE)) {
      return decode(authorization.substring(COOKIE.length()));
    }
    for (String cookie : request.headers().getOrDefault("cookie", "").split(";\\s*")) {
      if (cookie.startsWith(COOKIE)) {
        return decode(cookie.substring(COOKIE.length()));
      }
    }
    return "";
  }

  private static String decode(String text) {
    return java.net.URLDecoder.decode(
        text.replace("+", "%2B"), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static String known(@Nullable String user) {
    if (user == null) {
      throw ApiError.of(401, "Authentication failed!");
    }
    return user;
  }
}
