package pivm.engine.inventory;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

/**
 * A guest as it is.
 *
 * @param name empty when Proxmox does not know it yet
 * @param lock what holds it ({@code backup}, {@code migrate}, …), else null
 * @param maxMemory configured memory in bytes; 0 when unknown
 * @param uptime in seconds; 0 when stopped or unknown
 * @param config null when it was not read: a guest that no manifest names
 * @param snapshots null when they were not read; without the pseudo entry {@code current}
 */
public record ObservedGuest(
    GuestType type,
    int vmid,
    String name,
    String node,
    PowerState power,
    boolean template,
    @Nullable String lock,
    long maxMemory,
    long usedMemory,
    long uptime,
    @Nullable String pool,
    SortedSet<String> tags,
    @Nullable HaResource ha,
    @Nullable GuestConfig config,
    @Nullable List<Snapshot> snapshots) {

  public ObservedGuest {
    tags = Collections.unmodifiableSortedSet(new TreeSet<>(tags));
    snapshots = snapshots == null ? null : List.copyOf(snapshots);
  }

  public boolean running() {
    return power == PowerState.RUNNING;
  }

  /**
   * Whether its making has not ended, or was cut off: what its config lacks is then no difference,
   * and changing it would take it for a sound one. Its lock says so, or that of a container had
   * just been cleared in order to remove it: a container's root disk is written last
   * (pve-container, src/PVE/API2/LXC.pm {@code create_vm}, {@code clone_vm}).
   */
  public boolean unfinished() {
    return "create".equals(lock)
        || "clone".equals(lock)
        || (type == GuestType.LXC && config != null && config.value("rootfs") == null);
  }

  /** How messages name it: {@code lxc 210 proxy-01}. */
  public String subject() {
    return type.manifestName() + " " + vmid + (name.isEmpty() ? "" : " " + name);
  }

  public ObservedGuest withConfig(@Nullable GuestConfig read) {
    return new ObservedGuest(
        type,
        vmid,
        name,
        node,
        power,
        template,
        lock,
        maxMemory,
        usedMemory,
        uptime,
        pool,
        tags,
        ha,
        read,
        snapshots);
  }

  public ObservedGuest withSnapshots(List<Snapshot> read) {
    return new ObservedGuest(
        type,
        vmid,
        name,
        node,
        power,
        template,
        lock,
        maxMemory,
        usedMemory,
        uptime,
        pool,
        tags,
        ha,
        config,
        read);
  }
}
