package pivm.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.calendar.CalendarExpression;
import pivm.engine.setup.Job;
import pivm.engine.setup.Layout;
import pivm.engine.setup.TimerPart;
import pivm.proxmox.json.Json;

/**
 * Which timers are on, and when they run next, reckoned from their schedules.
 *
 * @param now when this is told
 * @param next the first first
 * @param wrong why schedules can't be told; null when they can
 */
record NextTimers(Instant now, List<Next> next, @Nullable String wrong) {

  /** A timer that is on. */
  record Next(Job job, Instant at) {}

  /** Null where nothing is set up, or nobody may read of it. */
  static @Nullable NextTimers of(Call call) throws IOException {
    if (!Machine.isSetUp(call)) {
      return null;
    }
    Instant now = Instant.now();
    Layout layout = Machine.unchecked(call).layout();
    try {
      return of(
          Jobs.of(call, layout).stream().filter(job -> TimerPart.isOn(layout, job)).toList(),
          now,
          ZoneId.systemDefault());
    } catch (Failure wrong) {
      return new NextTimers(now, List.of(), wrong.lines().getFirst());
    }
  }

  /**
   * @param on the jobs whose timers are on
   */
  static NextTimers of(List<Job> on, Instant now, ZoneId zone) {
    var next = new ArrayList<Next>();
    for (Job job : on) {
      Instant at = CalendarExpression.parse(job.calendar(), zone).next(now);
      if (at != null) {
        next.add(new Next(job, at));
      }
    }
    next.sort(Comparator.comparing(Next::at));
    return new NextTimers(now, List.copyOf(next), null);
  }

  private Duration left(Next one) {
    return Duration.between(now, one.at());
  }

  /** On one line. */
  String text() {
    if (wrong != null) {
      return wrong;
    }
    return next.isEmpty()
        ? "all off"
        : String.join(
            ", ",
            next.stream().map(one -> one.job().unit() + " in " + Units.time(left(one))).toList());
  }

  Json form() {
    return Json.object()
        .put(
            "next",
            Json.array(
                next.stream()
                    .map(one ->
                        (Json)
                            Json.object()
                                .put("unit", one.job().unit())
                                .put("at", one.at().toString())
                                .put("in", left(one).toSeconds())
                                .build())
                    .toList()))
        .putIfPresent("wrong", wrong)
        .build();
  }
}
