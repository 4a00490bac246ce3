package pivm.proxmox.https;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import pivm.proxmox.ApiCall;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.Time;

class HttpsProxmoxTest {
  private static final ApiCall READ = ApiCall.get("/version");
  private static final ApiCall WRITE =
      ApiCall.put("/nodes/a/qemu/100/config").with("net0", "virtio,bridge=vmbr0");

  /** A clock that never waits. */
  private static final class Patient implements Time {
    private Instant now = Instant.parse("2026-01-17T12:00:00Z");

    @Override
    public synchronized Instant now() {
      return now;
    }

    @Override
    public synchronized void sleep(Duration duration) {
      now = now.plus(duration);
    }
  }

  @Test
  void callsCarryTokenParametersAndEncoding() {
    try (var server =
            new ScriptedServer(request -> ScriptedServer.data("{\"version\":\"9.2.11\"}"));
        var proxmox = new HttpsProxmox(server.settings())) {
      assertThat(proxmox.call(READ).asObject().text("version")).isEqualTo("9.2.11");
      proxmox.call(WRITE);
      proxmox.call(ApiCall.delete("/nodes/a/qemu/100").with("purge", true));
      proxmox.call(ApiCall.get("/nodes/a/storage/s/content/s:iso/a b.iso"));

      assertThat(server.requests.getFirst().header("Authorization"))
          .isEqualTo("PVEAPIToken=ci@pve!t=canary-secret");
      assertThat(server.requests.get(1).body()).isEqualTo("net0=virtio%2Cbridge%3Dvmbr0");
      assertThat(server.requests.get(2).line())
          .isEqualTo("DELETE /api2/json/nodes/a/qemu/100?purge=1 HTTP/1.1");
      assertThat(server.requests.get(2).body()).isEmpty();
      assertThat(server.requests.get(3).line())
          .isEqualTo("GET /api2/json/nodes/a/storage/s/content/s:iso/a%20b.iso HTTP/1.1");
    }
  }

  @Test
  void theReasonPhraseIsTheMessage() {
    try (var server =
            new ScriptedServer(request ->
                ScriptedServer.json(
                    500,
                    "VM is locked (backup)",
                    "{\"data\":null,\"message\":\"VM is locked (backup)\\n\"}"));
        var proxmox = new HttpsProxmox(server.settings())) {
      assertThatThrownBy(() -> proxmox.call(WRITE))
          .isInstanceOf(ProxmoxException.Locked.class)
          .hasMessage("VM is locked (backup)");
    }
  }

  @Test
  void aWrongFingerprintNamesBothAndTheWayOut() {
    var other = Fingerprint.parse("ab".repeat(32));
    try (var server = new ScriptedServer(request -> ScriptedServer.data("1"));
        var proxmox =
            new HttpsProxmox(
                HttpsSettings.of(server.endpoint(), server.settings().credentials(), other))) {
      assertThatThrownBy(() -> proxmox.call(READ))
          .isInstanceOf(ProxmoxException.Untrusted.class)
          .hasMessageContaining(other.text())
          .hasMessageContaining(server.fingerprint.text())
          .hasMessageContaining("pvenode cert info");
      assertThat(server.requests).isEmpty();
    }
  }

  @Test
  void anUnknownCertificateIsNeverTrustedByDefault() {
    try (var server = new ScriptedServer(request -> ScriptedServer.data("1"));
        var proxmox =
            new HttpsProxmox(
                HttpsSettings.of(server.endpoint(), server.settings().credentials(), null))) {
      assertThatThrownBy(() -> proxmox.call(READ))
          .isInstanceOf(ProxmoxException.Untrusted.class)
          .hasMessageContaining(server.fingerprint.text());
      assertThat(server.requests).isEmpty();
    }
  }

  @Test
  void aServerThatRefusesTheQuickKeyExchangeIsOfferedTheOthers() {
    try (var server = ScriptedServer.withApprovedCurvesOnly(request -> ScriptedServer.data("1"));
        var proxmox = new HttpsProxmox(server.settings())) {
      assertThat(proxmox.call(READ).asText()).isEqualTo("1");
      assertThat(server.requests).extracting(ScriptedServer.Request::connection).containsOnly(2);
    }
  }

  @Test
  void theFirstReadTakesTheConnectionThatWasBegunForIt() {
    try (var server = new ScriptedServer(request -> ScriptedServer.data("1"));
        var proxmox = new HttpsProxmox(server.settings())) {
      proxmox.connect();
      proxmox.call(READ);
      proxmox.call(READ);

      assertThat(server.requests).extracting(ScriptedServer.Request::connection).containsOnly(1);
    }
  }

  @Test
  void whatAConnectionThatWasBegunMeetsIsToldByTheFirstRead() {
    var other = Fingerprint.parse("ab".repeat(32));
    try (var server = new ScriptedServer(request -> ScriptedServer.data("1"));
        var proxmox =
            new HttpsProxmox(
                HttpsSettings.of(server.endpoint(), server.settings().credentials(), other))) {
      proxmox.connect();

      assertThatThrownBy(() -> proxmox.call(READ))
          .isInstanceOf(ProxmoxException.Untrusted.class)
          .hasMessageContaining(other.text());
    }
  }

  @Test
  void aReadIsSentAgainWhenTheServerClosedTheKeptConnection() {
    var count = new AtomicInteger();
    try (var server =
            new ScriptedServer(request ->
                count.incrementAndGet() == 2 ? ScriptedServer.HANG_UP : ScriptedServer.data("1"));
        var proxmox = new HttpsProxmox(server.settings())) {
      proxmox.call(READ);
      proxmox.call(READ);
      assertThat(server.requests)
          .extracting(ScriptedServer.Request::connection)
          .containsExactly(1, 1, 2);
    }
  }

  @Test
  void aWriteNeverGoesOutOnAKeptConnectionAndIsNeverSentTwice() {
    try (var server =
            new ScriptedServer(request ->
                request.line().startsWith("PUT")
                    ? ScriptedServer.HANG_UP
                    : ScriptedServer.data("1"));
        var proxmox = new HttpsProxmox(server.settings())) {
      proxmox.call(READ);
      var lost =
          catchThrowableOfType(ProxmoxException.Unreachable.class, () -> proxmox.call(WRITE));
      assertThat(lost.mayHaveTakenEffect()).isTrue();
      assertThat(lost).hasMessageContaining("/nodes/a/qemu/100/config");
      assertThat(server.requests).hasSize(2);
      assertThat(server.requests.get(1).connection()).isEqualTo(2);
    }
  }

  @Test
  void aWriteThatNeverLeftIsTriedAtTheNextEndpoint() {
    try (var server = new ScriptedServer(request -> ScriptedServer.data("null"))) {
      HttpsSettings settings =
          server
              .settings()
              .withTime(new Patient())
              .withEndpoints(List.of(URI.create("https://127.0.0.1:1"), server.endpoint()), false);
      try (var proxmox = new HttpsProxmox(settings)) {
        proxmox.call(WRITE);
        assertThat(server.requests).hasSize(1);
      }
    }
  }

  @Test
  void nothingListensIsUnreachableWithoutEffect() {
    try (var server = new ScriptedServer(request -> ScriptedServer.data("1"));
        var proxmox =
            new HttpsProxmox(
                server
                    .settings()
                    .withTime(new Patient())
                    .withEndpoints(List.of(URI.create("https://127.0.0.1:1")), false))) {
      var unreachable =
          catchThrowableOfType(ProxmoxException.Unreachable.class, () -> proxmox.call(WRITE));
      assertThat(unreachable.mayHaveTakenEffect()).isFalse();
      assertThat(unreachable).hasMessageContaining("https://127.0.0.1:1 cannot be reached");
    }
  }

  @Test
  void aSilentServerIsGivenUp() {
    var never = new CountDownLatch(1);
    try (var server =
            new ScriptedServer(request -> {
              try {
                never.await();
              } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
              }
              return ScriptedServer.HANG_UP;
            });
        var proxmox =
            new HttpsProxmox(
                server.settings().withTimeouts(Duration.ofSeconds(5), Duration.ofMillis(50)))) {
      assertThatThrownBy(() -> proxmox.call(WRITE))
          .isInstanceOf(ProxmoxException.Unreachable.class)
          .hasMessageContaining("did not answer PUT /nodes/a/qemu/100/config in time");
      never.countDown();
    }
  }

  @Test
  void secretsShowNowhere() {
    try (var server = new ScriptedServer(request -> ScriptedServer.json(401, "No ticket", ""));
        var proxmox = new HttpsProxmox(server.settings())) {
      assertThatThrownBy(() -> proxmox.call(READ))
          .isInstanceOf(ProxmoxException.Unauthenticated.class)
          .hasMessageStartingWith("Proxmox refuses ci@pve!t: No ticket;")
          .satisfies(e -> assertThat(e.toString()).doesNotContain("canary"));
      assertThat(proxmox.toString()).doesNotContain("canary").contains("ci@pve!t");
      assertThat(server.settings().toString()).doesNotContain("canary");
      assertThat(new Credentials.Login("root@pam", "canary").toString()).doesNotContain("canary");
    }
  }

  @Test
  void aTicketIsFetchedOnceSignedRenewedAndReplacedWhenRefused() {
    var refuse = new AtomicInteger();
    var tickets = new AtomicInteger();
    try (var server =
        new ScriptedServer(request -> {
          if (request.line().startsWith("POST /api2/json/access/ticket")) {
            int number = tickets.incrementAndGet();
            return ScriptedServer.data(
                "{\"ticket\":\"PVE:t%d\",\"CSRFPreventionToken\":\"c%d\"}"
                    .formatted(number, number));
          }
          return refuse.getAndDecrement() > 0
              ? ScriptedServer.json(401, "Authentication failed!", "")
              : ScriptedServer.data("1");
        })) {
      var time = new Patient();
      HttpsSettings settings =
          HttpsSettings.of(
                  server.endpoint(), new Credentials.Login("ops@pve", "pw"), server.fingerprint)
              .withTime(time);
      try (var proxmox = new HttpsProxmox(settings)) {
        proxmox.call(READ);
        proxmox.call(WRITE);
        assertThat(server.requests).hasSize(3);
        assertThat(server.requests.get(1).header("CSRFPreventionToken")).isEmpty();
        assertThat(server.requests.get(2).header("Cookie")).isEqualTo("PVEAuthCookie=PVE%3At1");
        assertThat(server.requests.get(2).header("CSRFPreventionToken")).isEqualTo("c1");
        time.sleep(Duration.ofMinutes(61));
        proxmox.call(READ);
        assertThat(server.requests.get(3).body()).isEqualTo("password=PVE%3At1&username=ops%40pve");
        refuse.set(1);
        proxmox.call(WRITE);
        assertThat(tickets.get()).isEqualTo(3);
      }
    }
  }

  @Test
  void noMoreCallsAreUnderWayThanAllowed() throws InterruptedException {
    var now = new AtomicInteger();
    var most = new AtomicInteger();
    try (var server =
            new ScriptedServer(request -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              Thread.onSpinWait();
              now.decrementAndGet();
              return ScriptedServer.data("1");
            });
        var proxmox = new HttpsProxmox(server.settings().withConcurrency(3));
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        var _ = threads.submit(() -> proxmox.call(READ));
      }
      threads.shutdown();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      assertThat(most.get()).isLessThanOrEqualTo(3);
      assertThat(server.requests).hasSize(200);
      assertThat(server.requests)
          .extracting(ScriptedServer.Request::connection)
          .allSatisfy(connection -> assertThat(connection).isLessThanOrEqualTo(5));
    }
  }
}
