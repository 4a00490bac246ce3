package pivm.engine.calendar;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When something happens: {@code Sun 04:00}, {@code Mon..Fri *-*-* 22:00}, {@code *-*~1 03:30 UTC}.
 *
 * <p>Fractions of a second are not supported.
 */
public final class CalendarExpression {
  private static final int FIRST_YEAR = 1970;
  private static final int LAST_YEAR = 2199;

  /**
   * Days that are looked at before an expression is taken never to match again: leap years twice.
   */
  private static final int HORIZON = 366 * 9;

  private static final Map<String, String> SHORTHANDS =
      Map.ofEntries(
          Map.entry("minutely", "*-*-* *:*:00"),
          Map.entry("hourly", "*-*-* *:00:00"),
          Map.entry("daily", "*-*-* 00:00:00"),
          Map.entry("weekly", "Mon *-*-* 00:00:00"),
          Map.entry("monthly", "*-*-01 00:00:00"),
          Map.entry("quarterly", "*-01,04,07,10-01 00:00:00"),
          Map.entry("semiannually", "*-01,07-01 00:00:00"),
          Map.entry("yearly", "*-01-01 00:00:00"),
          Map.entry("annually", "*-01-01 00:00:00"));

  private final String text;
  private final Set<DayOfWeek> weekdays;
  private final Component years;
  private final Component months;
  private final Component days;
  private final Component hours;
  private final Component minutes;
  private final Component seconds;
  private final ZoneId zone;

  private CalendarExpression(
      String text, Set<DayOfWeek> weekdays, Component[] date, Component[] time, ZoneId zone) {
    this.text = text;
    this.weekdays = weekdays;
    this.years = date[0];
    this.months = date[1];
    this.days = date[2];
    this.hours = time[0];
    this.minutes = time[1];
    this.seconds = time[2];
    this.zone = zone;
  }

  /**
   * Reads an expression.
   *
   * @param local the zone that holds where the expression names none
   * @throws IllegalArgumentException when it is none; the message says what is wrong
   */
  public static CalendarExpression parse(String text, ZoneId local) {
    List<String> words = new ArrayList<>(Arrays.asList(text.strip().split("\\s+")));
    String shorthand = SHORTHANDS.get(words.getFirst().toLowerCase(Locale.ROOT));
    if (shorthand != null) {
      words.removeFirst();
      words.addAll(0, Arrays.asList(shorthand.split(" ")));
    }
    try {
      return read(text, words, local);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no calendar expression: "
              + wrong.getMessage()
              + "; write for example 'Sun 04:00' or '*-*-* 02:30'",
          wrong);
    }
  }

  private static CalendarExpression read(String text, List<String> words, ZoneId local) {
    if (words.getFirst().isEmpty()) {
      throw new IllegalArgumentException("it is empty");
    }
    ZoneId zone = zone(words, local);
    Set<DayOfWeek> weekdays = EnumSet.allOf(DayOfWeek.class);
    Component[] date = {
      Component.any(FIRST_YEAR, LAST_YEAR), Component.any(1, 12), Component.any(1, 31)
    };
    Component[] time = {Component.only(0), Component.only(0), Component.only(0)};
    boolean any = false;
    if (!words.isEmpty() && Character.isLetter(words.getFirst().charAt(0))) {
      weekdays = weekdays(words.removeFirst());
      any = true;
    }
    if (!words.isEmpty() && !words.getFirst().contains(":")) {
      date = date(words.removeFirst());
      any = true;
    }
    if (!words.isEmpty()) {
      time = time(words.removeFirst());
      any = true;
    }
    if (!any || !words.isEmpty()) {
      throw new IllegalArgumentException(
          words.isEmpty() ? "it is empty" : "'" + words.getFirst() + "' is too much");
    }
    return new CalendarExpression(text, weekdays, date, time, zone);
  }

  private static ZoneId zone(List<String> words, ZoneId local) {
    String last = words.getLast();
    boolean named =
        last.equals("UTC") || (last.contains("/") && Character.isLetter(last.charAt(0)));
    if (!named) {
      return local;
    }
    words.removeLast();
    try {
      return ZoneId.of(last);
    } catch (DateTimeException unknown) {
      throw new IllegalArgumentException("there is no time zone '" + last + "'", unknown);
    }
  }

  private static Set<DayOfWeek> weekdays(String text) {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String part : text.split(",", -1)) {
      int dots = part.indexOf("..");
      DayOfWeek first = weekday(dots < 0 ? part : part.substring(0, dots));
      DayOfWeek last = dots < 0 ? first : weekday(part.substring(dots + 2));
      for (DayOfWeek day = first; ; day = day.plus(1)) {
        days.add(day);
        if (day == last) {
          break;
        }
      }
    }
    return days;
  }

  private static DayOfWeek weekday(String text) {
    String word = text.toUpperCase(Locale.ROOT);
    for (DayOfWeek day : DayOfWeek.values()) {
      if (word.equals(day.name()) || word.equals(day.name().substring(0, 3))) {
        return day;
      }
    }
    throw new IllegalArgumentException("'" + text + "' is no day of the week");
  }

  /** {@code YEAR-MONTH-DAY}, {@code MONTH-DAY}, or with {@code ~} for days from the month's end. */
  private static Component[] date(String text) {
    int tilde = text.indexOf('~');
    String[] parts = text.replace('~', '-').split("-", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw new IllegalArgumentException("'" + text + "' is no date");
    }
    int month = parts.length - 2;
    Component year =
        parts.length == 3
            ? Component.parse(parts[0], FIRST_YEAR, LAST_YEAR, false)
            : Component.any(FIRST_YEAR, LAST_YEAR);
    return new Component[] {
      year,
      Component.parse(parts[month], 1, 12, false),
      Component.parse(parts[month + 1], 1, 31, tilde >= 0)
    };
  }

  private static Component[] time(String text) {
    String[] parts = text.split(":", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw new IllegalArgumentException("'" + text + "' is no time");
    }
    return new Component[] {
      Component.parse(parts[0], 0, 23, false),
      Component.parse(parts[1], 0, 59, false),
      parts.length == 3 ? Component.parse(parts[2], 0, 59, false) : Component.only(0)
    };
  }

  /** The first match after an instant; null when there is none in the years to come. */
  public @Nullable Instant next(Instant after) {
    ZonedDateTime start = after.atZone(zone);
    LocalDate day = start.toLocalDate();
    for (int i = 0; i < HORIZON; i++, day = day.plusDays(1)) {
      if (matches(day)) {
        for (LocalTime time = first(LocalTime.MIN); time != null; time = following(time)) {
          Instant at = day.atTime(time).atZone(zone).toInstant();
          if (at.isAfter(after)) {
            return at;
          }
        }
      }
    }
    return null;
  }

  /** The last match at or before an instant; null when there was none for years. */
  public @Nullable Instant latest(Instant until) {
    LocalDate day = until.atZone(zone).toLocalDate();
    for (int i = 0; i < HORIZON; i++, day = day.minusDays(1)) {
      Instant found = null;
      if (matches(day)) {
        for (LocalTime time = first(LocalTime.MIN); time != null; time = following(time)) {
          Instant at = day.atTime(time).atZone(zone).toInstant();
          found = at.isAfter(until) ? found : at;
        }
      }
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private boolean matches(LocalDate day) {
    return weekdays.contains(day.getDayOfWeek())
        && years.matches(day.getYear())
        && months.matches(day.getMonthValue())
        && days.matchesDay(day.getDayOfMonth(), day.lengthOfMonth());
  }

  private @Nullable LocalTime following(LocalTime time) {
    return time.equals(LocalTime.of(23, 59, 59)) ? null : first(time.plusSeconds(1));
  }

  /** The first matching time of day at or after another. */
  private @Nullable LocalTime first(LocalTime from) {
    for (int hour = from.getHour(); hour < 24; hour++) {
      if (!hours.matches(hour)) {
        continue;
      }
      boolean sameHour = hour == from.getHour();
      for (int minute = sameHour ? from.getMinute() : 0; minute < 60; minute++) {
        if (!minutes.matches(minute)) {
          continue;
        }
        boolean sameMinute = sameHour && minute == from.getMinute();
        for (int second = sameMinute ? from.getSecond() : 0; second < 60; second++) {
          if (seconds.matches(second)) {
            return LocalTime.of(hour, minute, second);
          }
        }
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return text;
  }
}
