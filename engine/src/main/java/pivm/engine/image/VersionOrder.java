package pivm.engine.image;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Orders versions, or file names that differ in their version, as people expect: {@code 9.9},
 * {@code 9.10-rc1}, {@code 9.10}, {@code 9.10-1}, {@code 9.10.1}; dates as numbers.
 *
 * <p>Names are cut into numbers, words and the ends of the parts that dashes and underscores make.
 * What announces a version ({@code rc}) stands before its end, everything else behind. No two
 * different texts are equal, so that a sorted list is always the same.
 */
public final class VersionOrder implements Comparator<String> {
  public static final VersionOrder NEWEST_LAST = new VersionOrder();

  /** Words that stand before the version that they announce, in the order of a release's life. */
  private static final Map<String, Integer> ANNOUNCING =
      Map.ofEntries(
          Map.entry("dev", 0),
          Map.entry("nightly", 0),
          Map.entry("snapshot", 0),
          Map.entry("alpha", 1),
          Map.entry("beta", 2),
          Map.entry("milestone", 3),
          Map.entry("pre", 3),
          Map.entry("preview", 3),
          Map.entry("rc", 4),
          Map.entry("cr", 4));

  /** What a piece of a name is, in the order in which pieces at the same place stand. */
  private enum Kind {
    /** A tilde, which Debian puts before what comes earlier than nothing. */
    TILDE,
    ANNOUNCING,
    END,
    PART_END,
    WORD,
    NUMBER
  }

  private record Piece(Kind kind, String text) {}

  private static final Piece END = new Piece(Kind.END, "");

  private VersionOrder() {}

  @Override
  public int compare(String one, String other) {
    List<Piece> left = pieces(one);
    List<Piece> right = pieces(other);
    for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
      int order = compare(piece(left, i), piece(right, i));
      if (order != 0) {
        return order;
      }
    }
    return one.compareTo(other);
  }

  private static Piece piece(List<Piece> pieces, int index) {
    return index < pieces.size() ? pieces.get(index) : END;
  }

  private static int compare(Piece one, Piece other) {
    if (one.kind() != other.kind()) {
      return one.kind().compareTo(other.kind());
    }
    return switch (one.kind()) {
      case NUMBER -> {
        int longer = Integer.compare(one.text().length(), other.text().length());
        yield longer != 0 ? longer : one.text().compareTo(other.text());
      }
      case ANNOUNCING ->
          Integer.compare(
              ANNOUNCING.getOrDefault(one.text(), 0), ANNOUNCING.getOrDefault(other.text(), 0));
      case WORD -> one.text().compareTo(other.text());
      case TILDE, END, PART_END -> 0;
    };
  }

  private static List<Piece> pieces(String text) {
    var pieces = new ArrayList<Piece>();
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      int end = at + 1;
      if (digit(c)) {
        while (end < text.length() && digit(text.charAt(end))) {
          end++;
        }
        pieces.add(new Piece(Kind.NUMBER, withoutZeros(text.substring(at, end))));
      } else if (Character.isLetter(c)) {
        while (end < text.length() && Character.isLetter(text.charAt(end))) {
          end++;
        }
        word(text.substring(at, end).toLowerCase(Locale.ROOT), end, text, pieces);
      } else if (c == '~') {
        pieces.add(new Piece(Kind.TILDE, ""));
      } else if (c != '.' && !pieces.isEmpty() && pieces.getLast().kind() != Kind.PART_END) {
        pieces.add(new Piece(Kind.PART_END, ""));
      }
      at = end;
    }
    return announcingFirst(pieces);
  }

  private static void word(String word, int end, String text, List<Piece> pieces) {
    boolean marksVersion = word.equals("v") && end < text.length() && digit(text.charAt(end));
    if (!marksVersion) {
      pieces.add(new Piece(ANNOUNCING.containsKey(word) ? Kind.ANNOUNCING : Kind.WORD, word));
    }
  }

  /** {@code 9.10-rc1} announces 9.10 as {@code 9.10rc1} does: the dash between means nothing. */
  private static List<Piece> announcingFirst(List<Piece> pieces) {
    var kept = new ArrayList<Piece>();
    for (int i = 0; i < pieces.size(); i++) {
      boolean last = i + 1 == pieces.size();
      boolean before = !last && pieces.get(i + 1).kind() == Kind.ANNOUNCING;
      if (pieces.get(i).kind() != Kind.PART_END || !(last || before)) {
        kept.add(pieces.get(i));
      }
    }
    return kept;
  }

  private static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }

  private static String withoutZeros(String number) {
    int at = 0;
    while (at < number.length() - 1 && number.charAt(at) == '0') {
      at++;
    }
    return number.substring(at);
  }
}
