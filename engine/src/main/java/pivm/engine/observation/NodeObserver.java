package pivm.engine.observation;

import java.nio.file.Path;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.plan.Needs;
import pivm.proxmox.Proxmox;

/**
 * Looks from a node as root: the first look takes files alone; what these do not hold, or hold ten
 * seconds late, comes from Proxmox.
 */
final class NodeObserver implements Observer {
  private final FilesystemObserver files;
  private final ApiObserver api;

  NodeObserver(Path root, Proxmox proxmox) {
    this.files = new FilesystemObserver(root);
    this.api = new ApiObserver(proxmox, true);
  }

  @Override
  public Inventory observe(ObservationRequest request) {
    return files.observe(request);
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
    return api.guest(vmid);
  }
}
