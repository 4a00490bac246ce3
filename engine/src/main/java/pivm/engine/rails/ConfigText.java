package pivm.engine.rails;

import org.jspecify.annotations.Nullable;

/** The little of Proxmox's property strings that the rails look at. */
final class ConfigText {
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

  /** The storage of a volume id; null for a path or a word. */
  static @Nullable String storage(String volume) {
    int colon = volume.indexOf(':');
    return volume.startsWith("/") || colon <= 0 ? null : volume.substring(0, colon);
  }
}
