package pivm.engine.setup;

import java.time.ZoneId;
import org.jspecify.annotations.Nullable;
import pivm.engine.calendar.CalendarExpression;
import pivm.engine.manifest.TopLevel;

/** When jobs run, as their files say. */
public final class Schedules {
  private Schedules() {}

  /**
   * The schedule of a manifest: its top-level {@code schedule}, else the usual one.
   *
   * @param file its name, for messages
   * @param text null where there is no such file
   * @throws IllegalArgumentException when it is no calendar expression, or the file is no JSON
   */
  public static String of(String file, @Nullable String text, String usual) {
    try {
      String set = text == null ? null : TopLevel.text(text, "schedule");
      return checked(set == null ? usual : set);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(file + ": " + wrong.getMessage(), wrong);
    }
  }

  /**
   * A calendar expression, found to be one.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static String checked(String calendar) {
    CalendarExpression.parse(calendar, ZoneId.systemDefault());
    return calendar.strip();
  }
}
