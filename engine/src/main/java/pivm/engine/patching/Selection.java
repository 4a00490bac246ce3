package pivm.engine.patching;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.GuestSelector;

/** Which guests the words of a manifest name. */
final class Selection {

  private Selection() {}

  static boolean any(List<GuestSelector> selectors, ObservedGuest guest) {
    return selectors.stream().anyMatch(one -> selects(one, guest));
  }

  private static boolean selects(GuestSelector selector, ObservedGuest guest) {
    return switch (selector) {
      case GuestSelector.Vmid(int vmid) -> guest.vmid() == vmid;
      case GuestSelector.Tag(String tag) -> guest.tags().contains(tag);
      case GuestSelector.Pool(String pool) -> within(guest.pool(), pool);
      case GuestSelector.Name(String pattern) -> fits(pattern, guest.name());
    };
  }

  private static boolean within(@Nullable String in, String pool) {
    return in != null && (in.equals(pool) || in.startsWith(pool + "/"));
  }

  private static boolean fits(String pattern, String name) {
    var regex = new StringBuilder();
    for (char one : pattern.toLowerCase(Locale.ROOT).toCharArray()) {
      regex.append(
          switch (one) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(String.valueOf(one));
          });
    }
    return Pattern.matches(regex.toString(), name.toLowerCase(Locale.ROOT));
  }
}
