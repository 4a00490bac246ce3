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

/** Which timers are on, and when they run next, reckoned from their schedules. */
final class NextTimers {

  private record Next(Job job, Instant at) {
    String words(Instant now) {
      return job.unit() + " in " + Units.time(Duration.between(now, at));
    }
  }

  /** On one line, the next first; empty where nothing is set up, or nobody may read of it. */
  static String line(Call call) throws IOException {
    if (!Machine.isSetUp(call)) {
      return "";
    }
    List<Job> jobs;
    Layout layout = Machine.unchecked(call).layout();
    try {
      jobs = Jobs.of(call, layout).stream().filter(job -> TimerPart.isOn(layout, job)).toList();
    } catch (Failure wrong) {
      return wrong.lines().getFirst();
    }
    if (jobs.isEmpty()) {
      return "all off";
    }
    Instant now = Instant.now();
    var next = new ArrayList<Next>();
    for (Job job : jobs) {
      Instant at = next(job, now);
      if (at != null) {
        next.add(new Next(job, at));
      }
    }
    next.sort(Comparator.comparing(Next::at));
    return String.join(", ", next.stream().map(one -> one.words(now)).toList());
  }

  private static @Nullable Instant next(Job job, Instant now) {
    return CalendarExpression.parse(job.calendar(), ZoneId.systemDefault()).next(now);
  }

  private NextTimers() {}
}
