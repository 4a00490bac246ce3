package pivm.engine.rails;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Fingerprint;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Snapshot;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.Flags;
import pivm.proxmox.config.GuestConfig;

/**
 * What a confirmation is bound to: when any of it has changed, the confirmation is void. Services
 * and uptime are shown to the person but not bound, since they move by themselves.
 *
 * @param meaning hash of the guest's config, without what snapshots and locks add
 * @param booted when the guest was started; null when it does not run
 * @param disks keys with their volumes
 * @param snapshots names; PIVM's own is not among them, since it comes and goes with PIVM's runs
 * @param ha its requested HA state; empty when it is no HA service
 * @param ports that it listens on, as far as they could be read, without those that programs open
 *     for a moment
 */
public record Binding(
    int vmid,
    GuestType type,
    String name,
    String meaning,
    @Nullable Boot booted,
    String power,
    SortedSet<String> disks,
    SortedSet<String> snapshots,
    boolean protection,
    String ha,
    SortedSet<String> ports) {

  /** Linux gives out ports from here on by itself (net.ipv4.ip_local_port_range). */
  private static final int EPHEMERAL = 32_768;

  public Binding {
    disks = Collections.unmodifiableSortedSet(new TreeSet<>(disks));
    snapshots = Collections.unmodifiableSortedSet(new TreeSet<>(snapshots));
    ports = Collections.unmodifiableSortedSet(new TreeSet<>(ports));
  }

  static Binding of(ObservedGuest guest, ReviewRequest request) {
    Preflight preflight = request.preflights().get(guest.vmid());
    GuestConfig config = guest.config();
    return new Binding(
        guest.vmid(),
        guest.type(),
        guest.name(),
        config == null ? "" : Fingerprint.of(config),
        booted(guest, preflight, request.now()),
        guest.power().name(),
        disks(config),
        snapshots(guest),
        config != null && Flags.isOn(config.value("protection")),
        guest.ha() == null ? "" : guest.ha().state(),
        ports(preflight));
  }

  private static @Nullable Boot booted(
      ObservedGuest guest, @Nullable Preflight preflight, Instant now) {
    if (preflight != null && Duration.between(preflight.at(), now).abs().toMinutes() < 1) {
      return preflight.booted();
    }
    // in its first second a guest runs with an uptime of zero
    return guest.running() ? Boot.of(now, Duration.ofSeconds(guest.uptime())) : null;
  }

  private static SortedSet<String> disks(@Nullable GuestConfig config) {
    var disks = new TreeSet<String>();
    if (config != null) {
      GuestDisk.withUnused(config).forEach(disk -> disks.add(disk.key() + "=" + disk.volume()));
    }
    return disks;
  }

  private static SortedSet<String> snapshots(ObservedGuest guest) {
    var names = new TreeSet<String>();
    List<Snapshot> read = guest.snapshots();
    if (read != null) {
      read.stream().filter(one -> !SnapshotRail.ours(one)).forEach(one -> names.add(one.name()));
    }
    return names;
  }

  private static SortedSet<String> ports(@Nullable Preflight preflight) {
    var ports = new TreeSet<String>();
    if (preflight != null && preflight.ports() instanceof Preflight.Reading.Known(var all)) {
      all.stream().filter(port -> number(port) < EPHEMERAL).forEach(ports::add);
    }
    return ports;
  }

  private static int number(String port) {
    String digits = port.substring(port.lastIndexOf('/') + 1);
    return digits.chars().allMatch(Character::isDigit) && !digits.isEmpty() && digits.length() < 6
        ? Integer.parseInt(digits)
        : 0;
  }

  /**
   * What has changed since, in words; empty when nothing has.
   *
   * @param now what it is by now
   */
  public List<String> changed(Binding now) {
    List<String> changed = new ArrayList<>();
    note(changed, type != now.type || vmid != now.vmid, "it is another guest");
    note(changed, !name.equals(now.name), "its name was " + name + " and is " + now.name);
    note(changed, !meaning.equals(now.meaning), "its configuration has changed");
    note(changed, !power.equals(now.power), "it was " + word(power) + " and is " + word(now.power));
    note(changed, bootedAnew(now), "it has been started anew");
    note(changed, !disks.equals(now.disks), "its disks have changed");
    note(changed, !snapshots.equals(now.snapshots), "its snapshots have changed");
    note(changed, protection != now.protection, "its protection has changed");
    note(changed, !ha.equals(now.ha), "its HA state has changed");
    note(changed, !ports.equals(now.ports), "it listens on other ports");
    return changed;
  }

  /** As {@link #changed}, of what a run does not change itself. */
  List<String> changedIdentity(Binding now) {
    List<String> changed = new ArrayList<>();
    note(changed, type != now.type || vmid != now.vmid, "it is another guest");
    note(changed, !protection && now.protection, "it has been protected");
    return changed;
  }

  /** The same where ports were not read. */
  Binding withoutPorts() {
    return new Binding(
        vmid,
        type,
        name,
        meaning,
        booted,
        power,
        disks,
        snapshots,
        protection,
        ha,
        new TreeSet<>());
  }

  /** The same with these snapshots, where they were not read anew. */
  Binding withSnapshots(SortedSet<String> names) {
    return new Binding(
        vmid, type, name, meaning, booted, power, disks, names, protection, ha, ports);
  }

  private boolean bootedAnew(Binding now) {
    Boot before = booted;
    Boot after = now.booted;
    return (before == null || after == null)
        ? (before == null) != (after == null)
        : before.isOlderThan(after);
  }

  private static void note(List<String> changed, boolean differs, String words) {
    if (differs) {
      changed.add(words);
    }
  }

  private static String word(String power) {
    return power.toLowerCase(Locale.ROOT);
  }
}
