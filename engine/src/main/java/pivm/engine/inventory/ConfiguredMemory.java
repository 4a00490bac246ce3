package pivm.engine.inventory;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The {@code memory} value of a guest's configuration. */
public final class ConfiguredMemory {
  private static final long MIB = 1L << 20;

  /** Proxmox's default for both kinds of guest, in bytes. */
  public static final long DEFAULT = 512 * MIB;

  /** A VM's memory may be written {@code current=2048}; a container's is a plain number. */
  private static final Pattern FORM = Pattern.compile("(?:current=)?(\\d{1,12})");

  private ConfiguredMemory() {}

  /**
   * Reads a value, which is in MiB.
   *
   * @param text null for the default
   * @return in bytes; null when it cannot be read
   */
  public static @Nullable Long bytes(@Nullable String text) {
    if (text == null) {
      return DEFAULT;
    }
    Matcher form = FORM.matcher(text.strip());
    return form.matches() ? (Long) (Long.parseLong(form.group(1)) * MIB) : null;
  }
}
