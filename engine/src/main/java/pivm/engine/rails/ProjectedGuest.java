package pivm.engine.rails;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.inventory.Snapshot;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.Flags;

/**
 * A guest as it will be when the steps judged so far are done. Amounts are in bytes.
 *
 * @param ours whether this plan made it
 * @param current what it may use as it runs; null when unknown
 * @param next what it may use after its next start; null when unknown
 * @param held what it keeps of its node though it is stopped, since this plan starts it again
 * @param snapshots names; null when they were not read
 */
record ProjectedGuest(
    GuestType type,
    int vmid,
    String name,
    String node,
    boolean ours,
    boolean running,
    boolean template,
    boolean protection,
    @Nullable Long current,
    @Nullable Long next,
    long held,
    SortedSet<String> tags,
    @Nullable SortedSet<String> snapshots) {

  ProjectedGuest {
    tags = Collections.unmodifiableSortedSet(new TreeSet<>(tags));
    snapshots =
        snapshots == null ? null : Collections.unmodifiableSortedSet(new TreeSet<>(snapshots));
  }

  static ProjectedGuest of(ObservedGuest guest) {
    List<Snapshot> read = guest.snapshots();
    SortedSet<String> names = null;
    if (read != null) {
      names = new TreeSet<>();
      for (Snapshot one : read) {
        names.add(one.name());
      }
    }
    String protection = guest.config() == null ? null : guest.config().value("protection");
    return new ProjectedGuest(
        guest.type(),
        guest.vmid(),
        guest.name(),
        guest.node(),
        false,
        guest.power() == PowerState.RUNNING || guest.power() == PowerState.UNKNOWN,
        guest.template(),
        Flags.isOn(protection),
        GuestMemory.current(guest),
        GuestMemory.next(guest),
        0,
        guest.tags(),
        names);
  }

  String subject() {
    return type.manifestName() + " " + vmid + (name.isEmpty() ? "" : " " + name);
  }

  ProjectedGuest started() {
    return with(true, next, next, 0);
  }

  ProjectedGuest stopped(long keeps) {
    return with(false, current, next, keeps);
  }

  ProjectedGuest withMemory(@Nullable Long now, @Nullable Long later) {
    return with(running, now, later, held);
  }

  private ProjectedGuest with(boolean runs, @Nullable Long now, @Nullable Long later, long keeps) {
    return new ProjectedGuest(
        type,
        vmid,
        name,
        node,
        ours,
        runs,
        template,
        protection,
        now,
        later,
        keeps,
        tags,
        snapshots);
  }

  ProjectedGuest on(String other) {
    return new ProjectedGuest(
        type,
        vmid,
        name,
        other,
        ours,
        running,
        template,
        protection,
        current,
        next,
        held,
        tags,
        snapshots);
  }

  ProjectedGuest asTemplate() {
    return new ProjectedGuest(
        type,
        vmid,
        name,
        node,
        ours,
        running,
        true,
        protection,
        current,
        next,
        held,
        tags,
        snapshots);
  }

  /** The same with another name, tags and protection. */
  ProjectedGuest described(String called, SortedSet<String> labels, boolean protect) {
    return new ProjectedGuest(
        type, vmid, called, node, ours, running, template, protect, current, next, held, labels,
        snapshots);
  }

  ProjectedGuest withSnapshots(@Nullable SortedSet<String> names) {
    return new ProjectedGuest(
        type,
        vmid,
        name,
        node,
        ours,
        running,
        template,
        protection,
        current,
        next,
        held,
        tags,
        names);
  }
}
