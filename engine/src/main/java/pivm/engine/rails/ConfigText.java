package pivm.engine.rails;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The little of Proxmox's property strings that the rails look at. */
final class ConfigText {
  private static final Pattern SIZE = Pattern.compile("(\\d+(?:\\.\\d+)?)([KMGT]?)");

  private ConfigText() {}

  /** A part of a property string by name; null when it is not there. */
  static @Nullable String option(String value, String name) {
    for (String part : value.split(",", -1)) {
      if (part.startsWith(name + "=")) {
        return part.substring(name.length() + 1);
      }
    }
    return null;
  }

  static boolean flag(@Nullable String value) {
    return value != null
        && switch (value) {
          case "1", "yes", "on", "true" -> true;
          default -> false;
        };
  }

  /** The volume, path or word that a disk's value begins with. */
  static String volume(String value) {
    int comma = value.indexOf(',');
    String first = comma < 0 ? value : value.substring(0, comma);
    for (String name : new String[] {"file=", "volume="}) {
      if (first.startsWith(name)) {
        return first.substring(name.length());
      }
    }
    String named = option(value, "file");
    String other = named == null ? option(value, "volume") : named;
    return other == null || first.indexOf('=') < 0 ? first : other;
  }

  /** A size such as {@code 8G} in bytes; null when there is none to read. */
  static @Nullable Long size(@Nullable String text) {
    Matcher form = text == null ? null : SIZE.matcher(text);
    if (form == null || !form.matches()) {
      return null;
    }
    long unit =
        switch (form.group(2)) {
          case "K" -> 1L << 10;
          case "M" -> 1L << 20;
          case "G" -> 1L << 30;
          case "T" -> 1L << 40;
          default -> 1L;
        };
    return (long) (Double.parseDouble(form.group(1)) * unit);
  }

  /** The storage of a volume id; null for a path or a word. */
  static @Nullable String storage(String volume) {
    int colon = volume.indexOf(':');
    return volume.startsWith("/") || colon <= 0 ? null : volume.substring(0, colon);
  }
}
