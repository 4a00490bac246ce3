package pivm.engine.image;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.Origin;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Counted;
import pivm.engine.plan.VolumeText;

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

  /** What manifests want guests to be made from, of a storage. */
  Set<String> origins(String storage) {
    var origins = new TreeSet<String>();
    for (DesiredGuest guest : desired.guests()) {
      String origin = origin(guest);
      if (origin != null && origin.startsWith(storage + ":")) {
        origins.add(origin);
      }
    }
    return origins;
  }

  /** The file that a guest is to be made from; null for none. */
  private static @Nullable String origin(DesiredGuest guest) {
    return switch (guest.origin()) {
      case Origin.ContainerTemplate(String template) -> template;
      case Origin.Iso(String iso) -> iso;
      case Origin.DiskImage(String image) -> image;
      case Origin.Clone _, Origin.Existing _, Origin.Blank _ -> null;
    };
  }

  private static boolean names(DesiredGuest guest, String volume) {
    String origin = origin(guest);
    if (origin != null && (origin.equals(volume) || origin.startsWith(volume + "/"))) {
      return true;
    }
    List<Setting> settings = new ArrayList<>(guest.settings().values());
    settings.addAll(guest.creation().values());
    return settings.stream()
        .anyMatch(setting ->
            setting instanceof Setting.Value(String text) && VolumeText.names(text, volume));
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
        + (seen.unread().size() > 1
            ? ", nor " + Counted.of(seen.unread().size() - 1, "other guest")
            : "");
  }
}
