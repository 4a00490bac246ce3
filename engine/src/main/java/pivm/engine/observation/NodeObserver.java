package pivm.engine.observation;

import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.PowerState;
import pivm.engine.plan.Needs;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;

/**
 * Looks from a node as root: the first look takes files alone, but for the power of guests that the
 * status file does not show yet, or that a task has touched since; what files do not hold, or hold
 * ten seconds late, comes from Proxmox.
 */
final class NodeObserver implements Observer {
  private static final int LOOKS = 3;

  private final Proxmox proxmox;
  private final FilesystemObserver files;
  private final ApiObserver api;
  private final boolean root;

  /**
   * @param root whether Proxmox takes us for root@pam
   */
  NodeObserver(Path pmxcfs, Proxmox proxmox, boolean root) {
    this.files = new FilesystemObserver(pmxcfs);
    this.proxmox = proxmox;
    this.api = new ApiObserver(proxmox, root);
    this.root = root;
  }

  @Override
  public Inventory observe(ObservationRequest request) {
    Inventory inventory = asWho(files.observe(request));
    SortedSet<Integer> unseen = ApiObserver.inDoubt(files.recentTasks(), inventory, request);
    for (ObservedGuest guest : inventory.guests().values()) {
      boolean visible = inventory.online(guest.node());
      if (request.wants(guest.vmid()) && guest.power() == PowerState.UNKNOWN && visible) {
        unseen.add(guest.vmid());
      }
    }
    return unseen.isEmpty() ? inventory : api.details(inventory, Needs.power(unseen));
  }

  /** Files do not tell what a token may do. */
  private Inventory asWho(Inventory inventory) {
    return root
        ? inventory
        : new Inventory(
            inventory.cluster(),
            inventory.nodes(),
            inventory.guests(),
            inventory.storages(),
            ClusterReading.rights(proxmox.call(ApiCall.get("/access/permissions"))),
            inventory.unknown());
  }

  @Override
  public Inventory details(Inventory inventory, Needs needs) {
    var snapshots = new Needs(needs.snapshots(), new TreeSet<>(), new TreeMap<>(), new TreeSet<>());
    var rest = new Needs(new TreeSet<>(), needs.fresh(), needs.volumes(), needs.nodes());
    return api.details(files.details(inventory, snapshots), rest);
  }

  @Override
  public @Nullable Location locate(int vmid) {
    return files.locate(vmid);
  }

  @Override
  public @Nullable ObservedGuest guest(int vmid) {
    for (int look = 1; ; look++) {
      try {
        return look(vmid);
      } catch (ProxmoxException.NotFound moved) {
        // The file that said where it is was old by then.
        if (look == LOOKS) {
          throw moved;
        }
      }
    }
  }

  /** All but its power is in the files, at once; a command takes most of a second. */
  private @Nullable ObservedGuest look(int vmid) {
    ObservedGuest seen = files.guest(vmid);
    if (seen == null) {
      return null;
    }
    String path = new Location(seen.type(), vmid, seen.node()).path();
    return GuestFacts.withStatus(
        seen, proxmox.call(ApiCall.get(path + "/status/current")).asObject());
  }
}
