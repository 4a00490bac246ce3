package pivm.engine.rails;

import java.time.Instant;
import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import pivm.engine.calendar.CalendarExpression;

/** Tells whether a maintenance window is open. */
public final class MaintenanceTime {
  private MaintenanceTime() {}

  /**
   * The state of a window.
   *
   * @param window null when none is configured
   * @param zone that its calendar is read in where it names none
   * @throws IllegalArgumentException when its calendar expression is none; the message says why
   */
  public static Window at(RailPolicy.@Nullable MaintenanceWindow window, Instant now, ZoneId zone) {
    if (window == null) {
      return Window.NONE;
    }
    CalendarExpression calendar = CalendarExpression.parse(window.calendar(), zone);
    Instant latest = calendar.latest(now);
    boolean open = latest != null && now.isBefore(latest.plus(window.duration()));
    return new Window(open, calendar.next(now));
  }
}
