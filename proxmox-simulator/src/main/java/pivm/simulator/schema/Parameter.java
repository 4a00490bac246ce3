package pivm.simulator.schema;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the API says about one parameter, or about one part of a property string.
 *
 * @param name with {@code [n]} for a family of numbered parameters
 * @param index first and last number of the family, as {@code 0-31}
 * @param variants the values of {@code type} for which this parameter exists; empty for all
 * @param defaultKey whether a property string may give this part without its name
 * @param alias the part that this one stands for
 * @param keyAlias the part that takes this one's name as value ({@code virtio=MAC})
 */
record Parameter(
    String name,
    String type,
    boolean optional,
    @Nullable Double minimum,
    @Nullable Double maximum,
    int minLength,
    int maxLength,
    @Nullable String format,
    List<String> values,
    @Nullable String pattern,
    @Nullable String standard,
    @Nullable String requires,
    @Nullable String index,
    List<String> variants,
    boolean defaultKey,
    @Nullable String alias,
    @Nullable String keyAlias) {

  /** Reads one row of the table; the first column is the row's kind. */
  static Parameter read(String[] column) {
    return new Parameter(
        column[1],
        column[2],
        column[3].equals("o"),
        number(column[4]),
        number(column[5]),
        column[6].isEmpty() ? 0 : Integer.parseInt(column[6]),
        column[7].isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(column[7]),
        text(column[8]),
        list(column[9]),
        text(column[10]),
        text(column[11]),
        text(column[12]),
        text(column[13]),
        list(column[14]),
        column[15].equals("k"),
        text(column[16]),
        text(column[17]));
  }

  boolean covers(int number) {
    if (index == null) {
      return false;
    }
    int dash = index.indexOf('-');
    return number >= Integer.parseInt(index.substring(0, dash))
        && number <= Integer.parseInt(index.substring(dash + 1));
  }

  private static @Nullable Double number(String text) {
    return text.isEmpty() ? null : Double.valueOf(text);
  }

  private static @Nullable String text(String text) {
    return text.isEmpty() ? null : text;
  }

  private static List<String> list(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(","));
  }
}
