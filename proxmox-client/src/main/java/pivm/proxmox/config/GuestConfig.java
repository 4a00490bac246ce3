package pivm.proxmox.config;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/**
 * A guest's configuration: what is in effect, and what waits for the guest's next stop.
 *
 * @param values by key, in effect now, as the API spells them
 * @param pending by key, what waits; keys that it does not hold have nothing waiting
 * @param digest of the configuration file; null where the source has none
 */
public record GuestConfig(
    GuestType type,
    SortedMap<String, String> values,
    SortedMap<String, Pending> pending,
    @Nullable String digest) {

  /**
   * A waiting change.
   *
   * @param value null when the key will be deleted
   */
  public record Pending(@Nullable String value) {}

  public GuestConfig {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    pending = Collections.unmodifiableSortedMap(new TreeMap<>(pending));
  }

  /** The value in effect, null when not set. */
  public @Nullable String value(String key) {
    return values.get(key);
  }

  /** The value that will be in effect after the guest's next stop; null when not set then. */
  public @Nullable String next(String key) {
    Pending waiting = pending.get(key);
    return waiting == null ? values.get(key) : waiting.value();
  }
}
