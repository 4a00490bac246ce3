package pivm.proxmox.https;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.apache.hc.core5.http.HttpRequest;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Time;
import pivm.proxmox.json.Json;

/** Puts on each request who sends it. */
sealed interface Session {

  void sign(HttpRequest request, ApiCall call);

  /** Drops what the server refused; whether a new try makes sense. */
  boolean refused();

  static Session of(Credentials credentials, Time time, Function<ApiCall, Json> login) {
    return switch (credentials) {
      case Credentials.ApiToken token -> new Token(token);
      case Credentials.Login user -> new Ticket(user, time, login);
    };
  }

  /** A token: the same header on every request. */
  final class Token implements Session {
    private final String header;

    Token(Credentials.ApiToken token) {
      header = "PVEAPIToken=" + token.id() + "=" + token.secret();
    }

    @Override
    public void sign(HttpRequest request, ApiCall call) {
      request.addHeader("Authorization", header);
    }

    @Override
    public boolean refused() {
      return false;
    }
  }

  /**
   * A ticket, which lasts two hours and is renewed after one by sending it as the password
   * (pve-access-control, src/PVE/API2/AccessControl.pm).
   */
  final class Ticket implements Session {
    private static final Duration RENEW_AFTER = Duration.ofHours(1);
    private static final Duration LASTS = Duration.ofMinutes(115);
    private static final String PATH = "/access/ticket";

    private record Held(String ticket, String csrf, Instant since) {}

    private final Credentials.Login login;
    private final Time time;
    private final Function<ApiCall, Json> caller;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Held held;

    Ticket(Credentials.Login login, Time time, Function<ApiCall, Json> caller) {
      this.login = login;
      this.time = time;
      this.caller = caller;
    }

    @Override
    public void sign(HttpRequest request, ApiCall call) {
      if (call.path().equals(PATH)) {
        return;
      }
      Held current = current();
      request.addHeader("Cookie", "PVEAuthCookie=" + Encoding.encode(current.ticket(), "-_.~"));
      if (!call.isRead()) {
        request.addHeader("CSRFPreventionToken", current.csrf());
      }
    }

    private Held current() {
      lock.lock();
      try {
        Held known = held;
        Duration age = known == null ? LASTS : Duration.between(known.since(), time.now());
        if (known == null || age.compareTo(RENEW_AFTER) >= 0) {
          boolean alive = known != null && age.compareTo(LASTS) < 0;
          known = logIn(known != null && alive ? known.ticket() : login.password());
          held = known;
        }
        return known;
      } finally {
        lock.unlock();
      }
    }

    private Held logIn(String password) {
      ApiCall call = ApiCall.post(PATH).with("username", login.user()).with("password", password);
      Json.Obj answer = caller.apply(call).asObject();
      return new Held(
          answer.text("ticket", ""), answer.text("CSRFPreventionToken", ""), time.now());
    }

    @Override
    public boolean refused() {
      lock.lock();
      try {
        boolean worthAnother = held != null;
        held = null;
        return worthAnother;
      } finally {
        lock.unlock();
      }
    }
  }
}
