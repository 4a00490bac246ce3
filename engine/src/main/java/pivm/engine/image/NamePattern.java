package pivm.engine.image;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which file names fit an entry, and which version each is. */
public final class NamePattern {
  /** Processor names hold digits that are no version. */
  private static final Pattern MACHINE =
      Pattern.compile("x86[_-]64|amd64|i[3-6]86|arm64|aarch64|armhf|armv\\d\\w*|riscv64|s390x");

  private static final Pattern VERSION =
      Pattern.compile(
          "(?<![A-Za-z0-9])v?(\\d+(?:\\.\\d+)*"
              + "(?:[-_.+~]?(?:alpha|beta|rc|pre)[-_.]?\\d*)?(?:-\\d+)*)(?![A-Za-z0-9])");

  /** No sensible pattern looks at a name for longer. */
  private static final int LONGEST = 500;

  private final Pattern pattern;

  private NamePattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * @param regex a regular expression for whole names, as the manifest reader has checked it
   */
  public static NamePattern of(String regex) {
    return new NamePattern(Pattern.compile(regex));
  }

  public boolean fits(String name) {
    return name.length() <= LONGEST && matcher(name).matches();
  }

  private Matcher matcher(String name) {
    return pattern.matcher(new Patient(name));
  }

  /** The version that a fitting name says: the group of that name, the first group, or a guess. */
  public String version(String name) {
    Matcher matcher = matcher(name);
    if (!matcher.matches()) {
      return guess(name);
    }
    String group = null;
    if (pattern.namedGroups().containsKey("version")) {
      group = matcher.group("version");
    } else if (matcher.groupCount() > 0) {
      group = matcher.group(1);
    }
    return group == null ? guess(name) : group;
  }

  /** What looks most like a version: with a dot or a date's digits, else the first number. */
  static String guess(String name) {
    Matcher found = VERSION.matcher(MACHINE.matcher(bare(name)).replaceAll("x"));
    String first = "";
    while (found.find()) {
      String version = found.group(1);
      if (version.contains(".") || version.length() >= 4) {
        return version;
      }
      first = first.isEmpty() ? version : first;
    }
    return first;
  }

  private static String bare(String name) {
    return name.replaceFirst(
        "(?i)(\\.(iso|img|qcow2|raw|vmdk|ova|tar))?(\\.(gz|xz|zst|bz2))?$", "");
  }

  /** The newest of those that fit, with its version; null when none fits. */
  public @Nullable Offer newest(List<Offer> offers) {
    return offers.stream()
        .filter(offer -> fits(offer.name()))
        .map(offer -> offer.withVersion(version(offer.name())))
        .max(order())
        .orElse(null);
  }

  /** By version where the pattern says where it stands, else by name. */
  private Comparator<Offer> order() {
    Comparator<Offer> byName =
        Comparator.comparing(offer -> bare(offer.name()), VersionOrder.NEWEST_LAST);
    boolean grouped = matcher("").groupCount() > 0;
    return grouped
        ? Comparator.comparing(Offer::version, VersionOrder.NEWEST_LAST).thenComparing(byName)
        : byName;
  }

  /** Which of two names that fit is newer. */
  public Comparator<String> names() {
    return Comparator.comparing(name -> Offer.of(name, "").withVersion(version(name)), order());
  }

  /** A name that ends a match which tries too many ways. */
  private static final class Patient implements CharSequence {
    private static final int MOST = 2_000_000;
    private final String text;
    private int looks;

    Patient(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (++looks > MOST) {
        throw new ImageFile.Unfit("the pattern takes too long on " + text + "; make it simpler");
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
