package pivm.engine.observation;

import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Lists that Proxmox writes as one text. */
final class Words {
  private Words() {}

  /** The words between commas, semicolons and blanks; none for null. */
  static SortedSet<String> of(@Nullable String text) {
    var words = new TreeSet<String>(Comparator.naturalOrder());
    if (text == null) {
      return words;
    }
    int start = 0;
    for (int at = 0; at <= text.length(); at++) {
      if (at == text.length() || ",; \t\n".indexOf(text.charAt(at)) >= 0) {
        if (at > start) {
          words.add(text.substring(start, at));
        }
        start = at + 1;
      }
    }
    return words;
  }

  /** A VMID, null when the text is none. */
  static @Nullable Integer vmid(@Nullable String text) {
    try {
      return text == null ? null : Integer.valueOf(text.strip());
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }
}
