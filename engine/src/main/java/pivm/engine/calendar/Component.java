package pivm.engine.calendar;

import java.util.ArrayList;
import java.util.List;

/** One component of a calendar expression: which numbers match. */
final class Component {

  /**
   * Numbers from {@code first} to {@code last}, every {@code step}-th.
   *
   * @param fromEnd whether the numbers count back from the end of the month ({@code ~1} is its last
   *     day)
   */
  private record Range(int first, int last, int step, boolean fromEnd) {
    boolean matches(int value) {
      return value >= first && value <= last && (value - first) % step == 0;
    }
  }

  private final List<Range> ranges;

  private Component(List<Range> ranges) {
    this.ranges = List.copyOf(ranges);
  }

  static Component any(int least, int greatest) {
    return new Component(List.of(new Range(least, greatest, 1, false)));
  }

  static Component only(int value) {
    return new Component(List.of(new Range(value, value, 1, false)));
  }

  /**
   * Reads {@code *}, {@code 5}, {@code 1..5}, {@code 0/15}, and lists of those.
   *
   * @param fromEnd whether every number counts from the end of the month
   * @throws IllegalArgumentException when it is none; the message is a sentence about it
   */
  static Component parse(String text, int least, int greatest, boolean fromEnd) {
    List<Range> ranges = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      ranges.add(range(part, least, greatest, fromEnd));
    }
    return new Component(ranges);
  }

  private static Range range(String part, int least, int greatest, boolean fromEnd) {
    int slash = part.indexOf('/');
    String base = slash < 0 ? part : part.substring(0, slash);
    int step = slash < 0 ? 1 : number(part.substring(slash + 1), 1, Integer.MAX_VALUE);
    if (base.equals("*")) {
      return new Range(least, greatest, step, fromEnd);
    }
    int dots = base.indexOf("..");
    if (dots >= 0) {
      int first = number(base.substring(0, dots), least, greatest);
      int last = number(base.substring(dots + 2), least, greatest);
      if (first > last) {
        throw new IllegalArgumentException("'" + base + "' goes backwards");
      }
      return new Range(first, last, step, fromEnd);
    }
    int only = number(base, least, greatest);
    return new Range(only, slash < 0 ? only : greatest, step, fromEnd);
  }

  private static int number(String text, int least, int greatest) {
    int value;
    try {
      value = Integer.parseInt(text);
    } catch (NumberFormatException none) {
      throw new IllegalArgumentException("'" + text + "' is no number", none);
    }
    if (value < least || value > greatest) {
      throw new IllegalArgumentException(text + " is not between " + least + " and " + greatest);
    }
    return value;
  }

  boolean matches(int value) {
    return ranges.stream().anyMatch(range -> range.matches(value));
  }

  /** As {@link #matches} for a day of a month of that many days. */
  boolean matchesDay(int day, int length) {
    return ranges.stream()
        .anyMatch(range -> range.matches(range.fromEnd() ? length - day + 1 : day));
  }
}
