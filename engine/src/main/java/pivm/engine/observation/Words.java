package pivm.engine.observation;

import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What Proxmox writes as one text. */
final class Words {
  private Words() {}

  /** The words of a list, sorted; none for null. */
  static SortedSet<String> of(@Nullable String text) {
    return new TreeSet<>(pivm.proxmox.config.Words.split(text));
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
