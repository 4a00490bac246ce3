package pivm.engine.image;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.Origin;
import pivm.engine.manifest.Setting;

/** Who uses a stored file: guests as they are, and guests as manifests want them. */
final class Uses {
  private final Desired desired;
  private final ImageSight.@Nullable Uses seen;

  Uses(Desired desired, ImageSight.@Nullable Uses seen) {
    this.desired = desired;
    this.seen = seen;
  }

  /** Guests whose configuration names the file. */
  List<String> guests(ImagePlace place, String volume) {
    return seen == null
        ? List.of()
        : seen.used().stream()
            .filter(used -> used.volume().equals(volume))
            .filter(used -> place.shared() || used.node().equals(place.node()))
            .map(ImageSight.Uses.Used::guest)
            .distinct()
            .sorted()
            .toList();
  }

  /** Those that use the file, as words; empty when none does. */
  List<String> of(ImagePlace place, String volume) {
    var users = new TreeSet<>(guests(place, volume));
    for (DesiredGuest guest : desired.guests()) {
      if (names(guest, volume)) {
        users.add("the manifest of " + guest.subject());
      }
    }
    return List.copyOf(users);
  }

  private static boolean names(DesiredGuest guest, String volume) {
    String origin =
        switch (guest.origin()) {
          case Origin.ContainerTemplate(String template) -> template;
          case Origin.Iso(String iso) -> iso;
          case Origin.DiskImage(String image) -> image;
          case null, default -> null;
        };
    if (origin != null && (origin.equals(volume) || origin.startsWith(volume + "/"))) {
      return true;
    }
    List<Setting> settings = new ArrayList<>(guest.settings().values());
    settings.addAll(guest.creation().values());
    return settings.stream()
        .anyMatch(setting -> setting instanceof Setting.Value(String text) && names(text, volume));
  }

  /** Whether a value's text names the volume, and not one whose name begins alike. */
  static boolean names(String text, String volume) {
    int at = text.indexOf(volume);
    while (at >= 0) {
      int end = at + volume.length();
      boolean ends = end == text.length() || ",/;".indexOf(text.charAt(end)) >= 0;
      boolean begins = at == 0 || "=,;".indexOf(text.charAt(at - 1)) >= 0;
      if (begins && ends) {
        return true;
      }
      at = text.indexOf(volume, at + 1);
    }
    return false;
  }

  /** Why it can't be told who uses files; null when everybody was looked at. */
  @Nullable String unread() {
    if (seen == null) {
      return "nobody has looked who uses it";
    }
    if (seen.unread().isEmpty()) {
      return null;
    }
    var first = seen.unread().entrySet().iterator().next();
    return "it can't be told whether "
        + first.getKey()
        + " uses it ("
        + first.getValue()
        + ")"
        + (seen.unread().size() > 1 ? ", nor " + (seen.unread().size() - 1) + " other guests" : "");
  }
}
