package pivm.engine.rails;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;

/** Observed guests that differ from others in one thing, and what is known of them. */
final class Guests {
  private Guests() {}

  static ObservedGuest locked(ObservedGuest one, String lock) {
    return with(one, one.name(), lock, one.uptime(), one.tags());
  }

  static ObservedGuest tagged(ObservedGuest one, SortedSet<String> tags) {
    return with(one, one.name(), one.lock(), one.uptime(), tags);
  }

  static ObservedGuest named(ObservedGuest one, String name) {
    return with(one, name, one.lock(), one.uptime(), one.tags());
  }

  static ObservedGuest up(ObservedGuest one, long seconds) {
    return with(one, one.name(), one.lock(), seconds, one.tags());
  }

  private static ObservedGuest with(
      ObservedGuest one, String name, @Nullable String lock, long uptime, SortedSet<String> tags) {
    return new ObservedGuest(
        one.type(),
        one.vmid(),
        name,
        one.node(),
        one.power(),
        one.template(),
        lock,
        one.maxMemory(),
        one.usedMemory(),
        uptime,
        one.pool(),
        tags,
        one.ha(),
        one.config(),
        one.snapshots());
  }

  /** One that runs nothing that is known but these services. */
  static Preflight preflight(
      ObservedGuest guest, Instant now, Preflight.Reading<List<String>> services) {
    Preflight.Reading<List<String>> none = Preflight.Reading.of(List.of());
    return new Preflight(
        guest.type(),
        guest.vmid(),
        guest.name(),
        guest.node(),
        guest.power(),
        now,
        Duration.ofSeconds(guest.uptime()),
        0.02,
        1L << 20,
        1L << 30,
        none,
        services,
        Preflight.Reading.of(List.of("tcp/443", "tcp/51234")),
        List.of(),
        none,
        Preflight.Reading.of(List.of()),
        "",
        false,
        none,
        none,
        none);
  }
}
