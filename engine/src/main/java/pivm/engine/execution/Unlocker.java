package pivm.engine.execution;

import pivm.proxmox.GuestType;

/** What only root on a node can do with a guest that carries a lock. */
public interface Unlocker {

  /**
   * Clears the lock ({@code qm unlock}, {@code pct unlock}).
   *
   * @return whether the lock is gone
   */
  boolean unlock(String node, GuestType type, int vmid);

  /**
   * Destroys a VM in spite of its lock ({@code qm destroy --skiplock}), so that at no moment it
   * stands there unlocked for others to take it for a sound one. Proxmox has no such way for
   * containers (pve-container, src/PVE/API2/LXC.pm {@code destroy_vm}).
   *
   * @return whether the VM is gone
   */
  boolean destroyLocked(String node, int vmid);

  /** Where there is no node shell. */
  static Unlocker none() {
    return new Unlocker() {
      @Override
      public boolean unlock(String node, GuestType type, int vmid) {
        return false;
      }

      @Override
      public boolean destroyLocked(String node, int vmid) {
        return false;
      }
    };
  }
}
