package pivm.engine.guest;

import java.util.Comparator;

/** Orders keys as people do: {@code scsi2} before {@code scsi10}. */
enum NaturalOrder implements Comparator<String> {
  INSTANCE;

  @Override
  public int compare(String one, String other) {
    int first = digits(one);
    int second = digits(other);
    int names = one.substring(0, first).compareTo(other.substring(0, second));
    if (names != 0) {
      return names;
    }
    int lengths = Integer.compare(one.length(), other.length());
    return lengths == 0 ? one.compareTo(other) : lengths;
  }

  /** Where the number at the end begins. */
  private static int digits(String key) {
    int start = key.length();
    while (start > 0 && Character.isDigit(key.charAt(start - 1))) {
      start--;
    }
    return start;
  }
}
