package pivm.engine.rails;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Storage;
import pivm.proxmox.config.GuestConfig;

/** Guests that can't live without another. */
public final class Dependents {

  private Dependents() {}

  /** VMIDs of the linked clones whose volumes rest on those of a guest, as far as can be seen. */
  public static SortedSet<Integer> linkedClones(int vmid, Inventory inventory) {
    var clones = new TreeSet<Integer>();
    Pattern base = Pattern.compile("(?:^|[:/])(?:base|basevol)-" + vmid + "-");
    for (Storage storage : inventory.storages().values()) {
      storage
          .volumes()
          .values()
          .forEach(held ->
              held.values()
                  .forEach(volume -> {
                    Integer owner = volume.owner();
                    if (owner != null && owner != vmid && restsOn(volume, base)) {
                      clones.add(owner);
                    }
                  }));
    }
    for (ObservedGuest guest : inventory.guests().values()) {
      GuestConfig config = guest.config();
      if (guest.vmid() != vmid
          && config != null
          && GuestDisk.of(config).stream().anyMatch(disk -> base.matcher(disk.volume()).find())) {
        clones.add(guest.vmid());
      }
    }
    return clones;
  }

  private static boolean restsOn(Storage.Volume volume, Pattern base) {
    String parent = volume.parent();
    return base.matcher(volume.id()).find() || (parent != null && base.matcher(parent).find());
  }

  /** Guests that use a volume that carries another's number. */
  public static SortedSet<Integer> mounts(int vmid, Inventory inventory) {
    var users = new TreeSet<Integer>();
    Pattern own = Pattern.compile("(?:^|[:/])(?:vm|subvol)-" + vmid + "-");
    for (ObservedGuest guest : inventory.guests().values()) {
      GuestConfig config = guest.config();
      if (guest.vmid() != vmid
          && config != null
          && GuestDisk.withUnused(config).stream()
              .anyMatch(disk -> own.matcher(disk.volume()).find())) {
        users.add(guest.vmid());
      }
    }
    return users;
  }
}
