package pivm.engine.execution;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Setting;

/**
 * Whether a config value can be what was sent. It is generous: Proxmox fills in a MAC address or a
 * volume's name; a wrong no only makes a lost answer unclear, it never repeats an effect.
 */
final class Values {

  private static final Pattern NEW_VOLUME =
      Pattern.compile("(?:file=|volume=)?([A-Za-z][\\w.-]*):(?:[0-9.]+|cloudinit)");

  /** Parts that say how a volume is made and that no config keeps. */
  private static final Pattern MAKING = Pattern.compile("(?:format|import-from|size)=.*");

  private Values() {}

  static boolean fits(String key, Setting sent, @Nullable String found) {
    return switch (sent) {
      case Setting.Unset _ -> found == null;
      case Setting.Secret _ -> true;
      case Setting.Value(String text) ->
          found == null ? text.isEmpty() : fits(key, text, found.stripTrailing());
    };
  }

  private static boolean fits(String key, String sent, String found) {
    if (sent.stripTrailing().equals(found)) {
      return true;
    }
    if (key.equals("tags")) {
      return tags(sent).equals(tags(found));
    }
    if (key.equals("cipassword")) {
      return true;
    }
    List<String> parts = Arrays.asList(found.split(","));
    return Arrays.stream(sent.split(",")).allMatch(part -> fitsPart(part, parts));
  }

  private static boolean fitsPart(String part, List<String> found) {
    if (part.startsWith("import-from=") || found.contains(part)) {
      return true;
    }
    if (MAKING.matcher(part).matches()) {
      return true;
    }
    var volume = NEW_VOLUME.matcher(part);
    if (volume.matches()) {
      return found.stream().anyMatch(piece -> piece.startsWith(volume.group(1) + ":"));
    }
    // A NIC's model stands alone when sent, and carries its address when read.
    return found.stream().anyMatch(piece -> piece.startsWith(part + "="));
  }

  private static Set<String> tags(String text) {
    return new TreeSet<>(Arrays.asList(text.toLowerCase(Locale.ROOT).split("[;, ]+")));
  }
}
