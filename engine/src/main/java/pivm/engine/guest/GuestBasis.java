package pivm.engine.guest;

import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Fingerprint;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.plan.Basis;
import pivm.proxmox.config.GuestConfig;

/** What a plan rests on for a guest, as far as it shows in the inventory. */
public final class GuestBasis {
  private GuestBasis() {}

  /**
   * @param observed null for a guest that is not there
   */
  public static Basis of(int vmid, @Nullable ObservedGuest observed) {
    if (observed == null) {
      return new Basis(vmid, Basis.ABSENT, "", "");
    }
    GuestConfig config = observed.config();
    return new Basis(
        vmid,
        config == null ? "unread" : Fingerprint.of(config),
        observed.node(),
        observed.power().name());
  }
}
