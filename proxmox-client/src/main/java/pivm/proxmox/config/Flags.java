package pivm.proxmox.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Booleans as configs and property strings spell them. */
public final class Flags {
  private Flags() {}

  /**
   * Reads a boolean in any of Proxmox's spellings and any letter case.
   *
   * @return null when the text is no boolean
   */
  public static @Nullable Boolean parse(@Nullable String text) {
    if (text == null) {
      return null;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "1", "on", "yes", "true" -> true;
      case "0", "off", "no", "false" -> false;
      default -> null;
    };
  }

  public static boolean isOn(@Nullable String text) {
    return Boolean.TRUE.equals(parse(text));
  }
}
