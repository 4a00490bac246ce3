package pivm.engine.guest;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Storage;

/**
 * Finds storages that suit every new guest's disks: those that hold disks of VMs and of containers
 * alike, allocate space only as it is used, and can snapshot both (pve-storage, {@code
 * volume_has_feature} of each plugin; on a directory a container has no snapshots).
 */
public final class DefaultStorage {
  private static final Set<String> SUITABLE = Set.of("lvmthin", "zfspool", "rbd", "btrfs");
  private static final Set<String> DISKS = Set.of("images", "rootdir");

  /** The suitable ones, the best first: on most nodes, shared, with most free space. */
  public static List<String> suggestions(Inventory inventory) {
    return inventory.storages().values().stream()
        .filter(storage -> storage.enabled() && SUITABLE.contains(storage.type()))
        .filter(storage -> storage.content().containsAll(DISKS))
        .sorted(
            Comparator.<Storage>comparingLong(storage -> -nodes(inventory, storage))
                .thenComparing(storage -> !storage.shared())
                .thenComparingLong(storage -> -free(storage))
                .thenComparing(Storage::id))
        .map(Storage::id)
        .toList();
  }

  /** All that may hold a guest's disk, suitable or not. */
  public static List<String> possible(Inventory inventory) {
    return inventory.storages().values().stream()
        .filter(
            storage -> storage.enabled() && storage.content().stream().anyMatch(DISKS::contains))
        .map(Storage::id)
        .toList();
  }

  private static long nodes(Inventory inventory, Storage storage) {
    return inventory.nodes().keySet().stream().filter(storage::onNode).count();
  }

  /** On the node where there is least. */
  private static long free(Storage storage) {
    return storage.use().values().stream()
        .mapToLong(use -> use.available() == null ? 0 : use.available())
        .min()
        .orElse(0);
  }

  private DefaultStorage() {}
}
