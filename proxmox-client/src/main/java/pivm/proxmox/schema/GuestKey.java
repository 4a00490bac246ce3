package pivm.proxmox.schema;

import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/**
 * A config key of a guest.
 *
 * @param pattern the name, {@code net[n]} for a numbered one
 * @param firstIndex of a numbered key, else -1
 * @param lastIndex of a numbered key, else -1
 * @param parts of a property string by name, else none
 */
public record GuestKey(
    GuestType guestType,
    String pattern,
    int firstIndex,
    int lastIndex,
    Constraint constraint,
    Apply apply,
    Authority authority,
    SequencedMap<String, SubKey> parts) {

  public boolean numbered() {
    return firstIndex >= 0;
  }

  /** The name without its number: {@code net} for {@code net[n]}. */
  public String base() {
    return numbered() ? pattern.substring(0, pattern.length() - 3) : pattern;
  }

  public ValueKind kind() {
    return constraint.kind();
  }

  public @Nullable String defaultText() {
    return constraint.defaultText();
  }

  /** The part that is written without its name, null when there is none. */
  public @Nullable SubKey defaultPart() {
    for (SubKey part : parts.values()) {
      if (part.defaultKey()) {
        return part;
      }
    }
    return null;
  }

  /** Whether it holds a disk, CD-ROM, mount point or an unused volume. */
  public boolean holdsVolume() {
    SubKey part = defaultPart();
    return part != null && part.constraint().kind() == ValueKind.VOLUME;
  }
}
