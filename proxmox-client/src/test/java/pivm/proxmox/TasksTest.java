package pivm.proxmox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

class TasksTest {
  private static final String TEXT = "UPID:pve-01:000005C1:00025A8B:6B0501F3:qmstart:100:ci@pve!t:";
  private static final Upid UPID = Objects.requireNonNull(Upid.parse(TEXT));

  private static final class Clock implements Time {
    private Instant now = Instant.EPOCH;
    private final List<Duration> waits = new ArrayList<>();

    @Override
    public Instant now() {
      return now;
    }

    @Override
    public void sleep(Duration duration) {
      waits.add(duration);
      now = now.plus(duration);
    }
  }

  private record Answering(Function<ApiCall, @Nullable String> answers) implements Proxmox {
    @Override
    public Answer answer(ApiCall call) {
      String data = answers.apply(call);
      if (data == null) {
        throw new ProxmoxException.Unreachable(call, "gone", false, null);
      }
      return new Answer(Json.object().put("data", JsonText.read(data)).build());
    }

    @Override
    public void close() {}
  }

  private final Clock clock = new Clock();

  private Tasks tasks(List<String> statuses) {
    Deque<String> left = new ArrayDeque<>(statuses);
    return new Tasks(
        new Answering(call -> {
          String status = left.size() > 1 ? left.poll() : left.peek();
          return "lost".equals(status) ? null : status;
        }),
        clock);
  }

  private static final String RUNNING = "{\"status\":\"running\"}";

  private static String ended(String exitStatus) {
    return "{\"status\":\"stopped\",\"exitstatus\":\"" + exitStatus + "\"}";
  }

  @Test
  void waitsQuicklyFirstThenSlower() throws InterruptedException {
    List<String> statuses = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      statuses.add(RUNNING);
    }
    statuses.add(ended("OK"));
    assertThat(tasks(statuses).await(UPID)).isEqualTo(new Tasks.Outcome.Ok());
    assertThat(clock.waits).hasSize(20).isSorted();
    assertThat(clock.waits.getFirst()).isEqualTo(Duration.ofMillis(100));
    assertThat(clock.waits.getLast()).isEqualTo(Duration.ofMillis(1500));
  }

  @Test
  void warningsAreNoFailure() throws InterruptedException {
    assertThat(tasks(List.of(ended("WARNINGS: 2"))).await(UPID))
        .isEqualTo(new Tasks.Outcome.Warnings(2));
  }

  @Test
  void aFailureKeepsTheTasksWords() {
    assertThatThrownBy(() -> tasks(List.of(ended("VM is locked (backup)"))).await(UPID))
        .isInstanceOfSatisfying(
            ProxmoxException.TaskFailed.class,
            failed -> {
              assertThat(failed.remedy()).isEqualTo(ProxmoxException.Remedy.WAIT);
              assertThat(failed.upid()).isEqualTo(UPID);
              assertThat(failed).hasMessage("VM is locked (backup)");
            });
  }

  @Test
  void aLostConnectionIsOutlived() throws InterruptedException {
    assertThat(tasks(List.of(RUNNING, "lost", "lost", RUNNING, ended("OK"))).await(UPID))
        .isEqualTo(new Tasks.Outcome.Ok());
  }

  @Test
  void aConnectionThatStaysLostIsGivenUp() {
    assertThatThrownBy(() -> tasks(List.of("lost")).await(UPID))
        .isInstanceOf(ProxmoxException.Unreachable.class);
    assertThat(clock.now())
        .isBetween(Instant.EPOCH.plusSeconds(300), Instant.EPOCH.plusSeconds(303));
  }

  @Test
  void logLinesArePassedOnOnceAndInOrder() throws InterruptedException {
    List<String> log = new ArrayList<>();
    var polls = new ArrayList<ApiCall>();
    Tasks tasks =
        new Tasks(
            new Answering(call -> {
              if (call.path().endsWith("/status")) {
                polls.add(call);
                return polls.size() < 3 ? RUNNING : ended("OK");
              }
              int available = polls.size() == 1 ? 0 : polls.size() == 2 ? 2 : 1200;
              return lines(call, available);
            }),
            clock);
    tasks.await(UPID, log::add);
    assertThat(log).hasSize(1200).startsWith("line 1", "line 2").endsWith("line 1200");
  }

  private static String lines(ApiCall call, int available) {
    int start = Integer.parseInt(Objects.requireNonNull(call.parameters().get("start")));
    int limit = Integer.parseInt(Objects.requireNonNull(call.parameters().get("limit")));
    if (available == 0) {
      return "[{\"n\":1,\"t\":\"no content\"}]";
    }
    List<String> lines = new ArrayList<>();
    for (int n = start + 1; n <= Math.min(available, start + limit); n++) {
      lines.add("{\"n\":%d,\"t\":\"line %d\"}".formatted(n, n));
    }
    return lines.toString();
  }

  @Test
  void aTaskIsFoundByWhatItDoesAndWhen() {
    Instant start = UPID.startTime();
    Tasks tasks =
        new Tasks(
            new Answering(call -> {
              assertThat(call.parameters()).containsEntry("typefilter", "qmstart");
              return "[{\"upid\":\"%s\",\"status\":\"OK\",\"endtime\":%d}]"
                  .formatted(TEXT, start.getEpochSecond() + 3);
            }),
            clock);
    assertThat(
            tasks.findTask(
                "pve-01",
                "qmstart",
                "100",
                "ci@pve!t",
                start.minusSeconds(1),
                start.plusSeconds(9)))
        .isEqualTo(new Tasks.Listed(UPID, "OK", start.plusSeconds(3)));
    assertThat(tasks.findTask("pve-01", "qmstart", "101", null, start, start)).isNull();
    assertThat(tasks.findTask("pve-01", "qmstart", "100", "else@pve", start, start)).isNull();
    assertThat(
            tasks.findTask(
                "pve-01", "qmstart", "100", null, start.plusSeconds(1), start.plusSeconds(9)))
        .isNull();
  }
}
