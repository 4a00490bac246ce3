package pivm.engine.rails;

import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ConfiguredMemory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.Setting;
import pivm.proxmox.config.GuestConfig;

/** How much memory a guest is promised. Amounts are in bytes. */
public final class GuestMemory {
  private GuestMemory() {}

  /**
   * What the guest may use as it runs now: its configured memory, not what it uses or its balloon's
   * target. A running VM can have more than its configuration says, never less.
   *
   * @return null when unknown
   */
  public static @Nullable Long current(ObservedGuest guest) {
    GuestConfig config = guest.config();
    if (config == null) {
      return guest.maxMemory() > 0 ? guest.maxMemory() : null;
    }
    Long configured = parse(config.value("memory"));
    return configured == null ? null : (Long) Math.max(configured, guest.maxMemory());
  }

  /**
   * What the guest may use once it has been stopped and started: pending changes included.
   *
   * @return null when unknown
   */
  public static @Nullable Long next(ObservedGuest guest) {
    GuestConfig config = guest.config();
    if (config == null) {
      return guest.maxMemory() > 0 ? guest.maxMemory() : null;
    }
    return parse(config.next("memory"));
  }

  /**
   * Reads a {@code memory} value, in MiB.
   *
   * @param text null for the default
   * @return in bytes; null when it cannot be read
   */
  public static @Nullable Long parse(@Nullable String text) {
    return ConfiguredMemory.bytes(text);
  }

  /** As {@link #parse}, for what a step sets; null for what it does not name. */
  static @Nullable Long set(@Nullable Setting setting) {
    return switch (setting) {
      case null -> null;
      case Setting.Value(String text) -> parse(text);
      case Setting.Unset _ -> ConfiguredMemory.DEFAULT;
      case Setting.Secret _ -> null;
    };
  }
}
