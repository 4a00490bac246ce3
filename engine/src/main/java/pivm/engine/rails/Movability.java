package pivm.engine.rails;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Snapshot;
import pivm.engine.rails.MoveAbility.Hindrance;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.PropertyString;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

/**
 * Whether a guest can leave its node, wherever it goes.
 *
 * @param hindrances why Proxmox would refuse; empty when nothing is known to be in the way
 * @param own PIVM's own snapshots, which have to go first since the storage can't move them
 */
public record Movability(List<String> hindrances, List<String> own) {

  public Movability {
    hindrances = List.copyOf(hindrances);
    own = List.copyOf(own);
  }

  /**
   * Judges a guest by its configuration and snapshots, as far as they were read. A move takes local
   * disks along.
   */
  public static Movability of(ObservedGuest guest, Inventory inventory) {
    List<String> hindrances = new ArrayList<>();
    List<String> own = new ArrayList<>();
    GuestConfig config = guest.config();
    if (config != null) {
      leastHindered(guest, config, inventory).forEach(one -> hindrances.add(one.sentence()));
    }
    List<Snapshot> snapshots = guest.snapshots();
    if (snapshots != null && SnapshotRail.refusesToMove(guest, true, inventory)) {
      for (Snapshot one : snapshots) {
        if (one.name().equals(SnapshotRail.NAME) && SnapshotRail.ours(one)) {
          own.add(one.name());
        } else {
          hindrances.add("its snapshot " + one.name() + " is on a storage that can't move it");
        }
      }
    }
    return new Movability(hindrances, own);
  }

  /** Of the other nodes, what hinders a move to the one that it could most easily go to. */
  private static List<Hindrance> leastHindered(
      ObservedGuest guest, GuestConfig config, Inventory inventory) {
    return inventory.nodes().values().stream()
        .filter(node -> node.online() && !node.name().equals(guest.node()))
        .map(Node::name)
        .map(target -> MoveAbility.hindrances(guest, config, guest.running(), target, inventory))
        .min(Comparator.comparingInt(List::size))
        .orElse(List.of());
  }

  /** What the guest must find where it goes, as far as its configuration is known. */
  public static Placement.Need need(ObservedGuest guest) {
    Long memory =
        guest.type() == GuestType.QEMU ? GuestMemory.current(guest) : GuestMemory.next(guest);
    var storages = new TreeSet<String>();
    var bridges = new TreeSet<String>();
    GuestConfig config = guest.config();
    if (config != null) {
      for (GuestDisk disk : GuestDisk.of(config)) {
        String storage = disk.storage();
        if (storage != null) {
          storages.add(storage);
        }
      }
      config
          .values()
          .forEach((key, value) -> {
            String bridge = key.matches("net\\d+") ? bridge(guest.type(), key, value) : null;
            if (bridge != null) {
              bridges.add(bridge);
            }
          });
    }
    return new Placement.Need(memory == null ? 0 : memory, storages, bridges, new TreeSet<>());
  }

  private static @Nullable String bridge(GuestType type, String name, String value) {
    GuestKey key = GuestKeys.of(type).find(name);
    return key == null ? null : PropertyString.parseLeniently(key, value).get("bridge");
  }
}
