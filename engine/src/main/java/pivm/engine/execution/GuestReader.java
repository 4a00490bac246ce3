package pivm.engine.execution;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Snapshot;
import pivm.engine.observation.Location;
import pivm.engine.observation.Observer;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/** Reads one guest as it is now, wherever it is now. */
final class GuestReader {

  private final Observer observer;
  private final Proxmox proxmox;

  GuestReader(Observer observer, Proxmox proxmox) {
    this.observer = observer;
    this.proxmox = proxmox;
  }

  /**
   * Where a guest is, those on offline nodes included.
   *
   * @return null when no node has it
   * @throws ProxmoxException when the cluster cannot be asked
   */
  @Nullable Location locate(int vmid) {
    return observer.locate(vmid);
  }

  /**
   * Reads a guest that is expected on a node; looks for it when it is not there.
   *
   * @return null when no node has it
   * @throws ProxmoxException when it cannot be read
   */
  @Nullable ObservedGuest read(GuestType type, int vmid, String expected) {
    return observer.guest(new Location(type, vmid, expected));
  }

  /**
   * Reads a guest of either type on whatever node it is, its pool included.
   *
   * @return null when no node has it
   * @throws ProxmoxException when it cannot be read
   */
  @Nullable ObservedGuest find(int vmid) {
    return observer.guest(vmid);
  }

  /** The snapshots of a guest, without the pseudo entry for the present. */
  List<Snapshot> snapshots(ObservedGuest guest) {
    List<Snapshot> snapshots = new ArrayList<>();
    String path = path(guest.type(), guest.node(), guest.vmid()) + "/snapshot";
    for (Json.Obj entry : proxmox.call(ApiCall.get(path)).objects()) {
      String name = entry.text("name", "");
      if (!name.equals("current")) {
        Long taken = entry.integer("snaptime");
        snapshots.add(
            new Snapshot(
                name,
                taken == null ? null : Instant.ofEpochSecond(taken),
                entry.text("description", ""),
                entry.text("parent"),
                entry.flag("vmstate"),
                entry.text("snapstate")));
      }
    }
    return snapshots;
  }

  static String path(GuestType type, String node, int vmid) {
    return "/nodes/" + node + "/" + type.apiName() + "/" + vmid;
  }
}
