package pivm.engine.execution;

import pivm.proxmox.GuestType;

/** Clears a guest's lock, which only root on a node can ({@code qm unlock}, {@code pct unlock}). */
@FunctionalInterface
public interface Unlocker {

  /**
   * @return whether the lock is gone
   */
  boolean unlock(String node, GuestType type, int vmid);

  /** Where there is no node shell. */
  static Unlocker none() {
    return (_, _, _) -> false;
  }
}
