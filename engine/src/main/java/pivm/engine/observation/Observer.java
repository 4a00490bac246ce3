package pivm.engine.observation;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.plan.Needs;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;

/** Looks at a cluster. */
public interface Observer {

  /**
   * Reads the cluster. What is out of reach (an offline node, a list that the token may not see) is
   * named in {@link Inventory#unknown}; the rest is there.
   *
   * @throws ProxmoxException when the way in itself fails: it is out of reach, not trusted or not
   *     let in
   */
  Inventory observe(ObservationRequest request);

  /**
   * Adds to an inventory what only some plans need.
   *
   * @throws ProxmoxException as {@link #observe}
   */
  Inventory details(Inventory inventory, Needs needs);

  /**
   * Where a guest is now; null when there is none of that id (or the token may not see it).
   *
   * @throws ProxmoxException when it can't be found out
   */
  @Nullable Location locate(int vmid);

  /**
   * One guest, read afresh: configuration, power, lock and HA state, wherever it is by now. Its
   * snapshots are not read.
   *
   * @return null when there is none of that id
   * @throws ProxmoxException when it can't be read
   */
  @Nullable ObservedGuest guest(int vmid);

  /**
   * As {@link #guest(int)}, but looks first where it is expected, which spares the cluster's list.
   * Its pool is only known when it was looked for.
   */
  default @Nullable ObservedGuest guest(Location expected) {
    return guest(expected.vmid());
  }

  /** Looks through the API, with what a user or token may see. */
  static Observer over(Proxmox proxmox) {
    return new ApiObserver(proxmox, false);
  }

  /** Looks through the API as root@pam itself (on a node, or by ticket). */
  static Observer overAsRoot(Proxmox proxmox) {
    return new ApiObserver(proxmox, true);
  }

  /** Looks into {@code /etc/pve}, or a copy of it, and asks no Proxmox at all. */
  static Observer overFiles(Path pmxcfs) {
    return new FilesystemObserver(pmxcfs);
  }

  /** Looks from a node as root: into its cluster file system, and for the rest over the API. */
  static Observer onNode(Path pmxcfs, Proxmox proxmox) {
    return new NodeObserver(pmxcfs, proxmox, true);
  }

  /**
   * Looks from a node as root into its cluster file system, and for the rest over the API as a user
   * or token: what that one may do is asked, since steps will be its.
   */
  static Observer onNodeByToken(Path pmxcfs, Proxmox proxmox) {
    return new NodeObserver(pmxcfs, proxmox, false);
  }
}
