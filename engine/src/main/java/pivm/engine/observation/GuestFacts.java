package pivm.engine.observation;

import java.util.SortedSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ConfiguredMemory;
import pivm.engine.inventory.HaResource;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.json.Json;

/** Puts better knowledge of a guest in the place of what the cluster's list says of it. */
final class GuestFacts {
  private GuestFacts() {}

  /**
   * The guest with its configuration, and with what follows from it: the list takes name, memory
   * and template mark from statistics that are up to ten seconds old.
   */
  static ObservedGuest with(ObservedGuest guest, GuestConfig config) {
    String name = config.name();
    String lock = config.lock();
    Long memory = ConfiguredMemory.bytes(config.value("memory"));
    boolean suspended = "suspended".equals(lock) && guest.power() == PowerState.STOPPED;
    return new ObservedGuest(
        guest.type(),
        guest.vmid(),
        name == null ? guest.name() : name,
        guest.node(),
        suspended ? PowerState.SUSPENDED : guest.power(),
        config.template(),
        lock,
        memory == null ? 0 : memory,
        guest.usedMemory(),
        guest.uptime(),
        guest.pool(),
        config.tags(),
        guest.ha(),
        config,
        guest.snapshots());
  }

  /** The guest with the answer of {@code status/current}, which is not out of date. */
  static ObservedGuest withStatus(ObservedGuest guest, Json.Obj status) {
    long memory =
        guest.config() == null ? status.integer("maxmem", guest.maxMemory()) : guest.maxMemory();
    return with(
        guest,
        ResourceReading.power(status.text("status", ""), status.text("lock")),
        memory,
        status.integer("mem", 0),
        status.integer("uptime", 0),
        guest.pool(),
        guest.ha());
  }

  static ObservedGuest withHa(ObservedGuest guest, @Nullable HaResource ha) {
    return with(
        guest,
        guest.power(),
        guest.maxMemory(),
        guest.usedMemory(),
        guest.uptime(),
        guest.pool(),
        ha);
  }

  static ObservedGuest withPower(ObservedGuest guest, PowerState power) {
    return with(
        guest,
        power,
        guest.maxMemory(),
        guest.usedMemory(),
        guest.uptime(),
        guest.pool(),
        guest.ha());
  }

  private static ObservedGuest with(
      ObservedGuest guest,
      PowerState power,
      long maxMemory,
      long usedMemory,
      long uptime,
      @Nullable String pool,
      @Nullable HaResource ha) {
    SortedSet<String> tags = guest.tags();
    return new ObservedGuest(
        guest.type(),
        guest.vmid(),
        guest.name(),
        guest.node(),
        power,
        guest.template(),
        guest.lock(),
        maxMemory,
        usedMemory,
        uptime,
        pool,
        tags,
        ha,
        guest.config(),
        guest.snapshots());
  }
}
