package pivm.engine.rails;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.PowerState;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

/**
 * What a person has to know about a guest before something destructive is done to it. {@link
 * PreflightText} renders it.
 *
 * @param at when it was gathered
 * @param uptime zero when it does not run
 * @param cpu share of its cores in use, 0 to 1; null when unknown
 * @param memoryUsed in bytes; null when unknown
 * @param memory that it may use, in bytes; null when unknown
 * @param services names of the running services
 * @param ports that it listens on, such as {@code tcp/443}
 * @param backup the youngest; an unreadable reason when it was not looked for
 * @param ha its state as an HA service; empty when it is none
 * @param dependents what needs it: linked clones, guests that mount its volumes
 * @param goesToo jobs, access rules and firewall rules that go when it is destroyed
 */
public record Preflight(
    GuestType type,
    int vmid,
    String name,
    String node,
    PowerState power,
    Instant at,
    Duration uptime,
    @Nullable Double cpu,
    @Nullable Long memoryUsed,
    @Nullable Long memory,
    Reading<List<String>> addresses,
    Reading<List<String>> services,
    Reading<List<String>> ports,
    List<Disk> disks,
    Reading<List<String>> snapshots,
    Reading<List<Backup>> backup,
    String ha,
    boolean protection,
    Reading<List<String>> replication,
    Reading<List<String>> dependents,
    Reading<List<String>> goesToo) {

  /**
   * A disk.
   *
   * @param bytes null when unknown
   */
  public record Disk(String key, String volume, @Nullable Long bytes) {}

  /** The disks of a configuration, unused volumes included, since they go with the guest too. */
  public static List<Disk> disks(GuestConfig config) {
    return GuestDisk.withUnused(config).stream()
        .map(disk -> new Disk(disk.key(), disk.volume(), disk.size()))
        .toList();
  }

  /**
   * A backup under the guest's VMID that is not older than the guest.
   *
   * @param certain whether that is known; else it may be of an earlier guest
   */
  public record Backup(String volume, Instant taken, boolean certain) {}

  /** Something that was asked for. */
  public sealed interface Reading<T> {

    record Known<T>(T value) implements Reading<T> {}

    /**
     * @param reason a sentence without its end: {@code services of lxc 210 can't be read: no shell
     *     on pve-02}
     */
    record Unreadable<T>(String reason) implements Reading<T> {}

    static <T> Reading<T> of(T value) {
      return new Known<>(value);
    }

    static <T> Reading<T> unreadable(String reason) {
      return new Unreadable<>(reason);
    }
  }

  public Preflight {
    disks = List.copyOf(disks);
  }

  public String subject() {
    return type.manifestName() + " " + vmid + (name.isEmpty() ? "" : " " + name);
  }

  /**
   * Whether uptime and services are known, so that another than a person may confirm by what a
   * manifest says.
   */
  public boolean complete() {
    return power == PowerState.STOPPED || services instanceof Reading.Known;
  }

  /** Since when it runs; null when it does not. */
  @Nullable Boot booted() {
    return power == PowerState.RUNNING ? Boot.of(at, uptime) : null;
  }
}
