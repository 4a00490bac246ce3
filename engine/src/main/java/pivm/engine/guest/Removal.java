package pivm.engine.guest;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.plan.Action;
import pivm.engine.plan.Change;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.Operation;
import pivm.engine.plan.PlanOptions;
import pivm.proxmox.config.DiskValue;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.PropertyString;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

/** Plans the destruction of a guest that a manifest declares absent. */
final class Removal {
  private Removal() {}

  static GuestPlan plan(DesiredGuest guest, ObservedGuest observed, PlanOptions options) {
    String declaredName = guest.hostname();
    if (declaredName != null
        && !observed.name().isEmpty()
        && !declaredName.equals(observed.name())) {
      return GuestPlan.obstacle(
          guest.vmid(),
          guest.subject(),
          guest.subject()
              + ": the guest with this VMID is called '"
              + observed.name()
              + "', so it is not the one declared absent; correct hostname or vmid in the manifest");
    }
    var chain = new StepChain(guest.vmid(), observed.node());
    if (observed.running()) {
      chain.add(
          "shutdown",
          new Operation.Shutdown(guest.type(), guest.vmid(), options.shutdownTimeoutSeconds()),
          Effect.RESTART,
          -observed.maxMemory(),
          Set.of());
    }
    chain.add("destroy", new Operation.Destroy(guest.type(), guest.vmid()), Effect.NONE);
    Change change =
        new Change(
            "guests",
            observed.subject(),
            guest.vmid(),
            observed.node(),
            Action.DESTROY,
            "absent",
            disks(observed),
            observed.running() ? List.of("it runs: it is asked to shut down first") : List.of());
    return new GuestPlan(change, chain.steps(), List.of(), null);
  }

  /** The volumes that go with it. */
  static List<FieldChange> disks(ObservedGuest observed) {
    List<FieldChange> disks = new ArrayList<>();
    GuestConfig config = observed.config();
    if (config == null) {
      return disks;
    }
    config
        .values()
        .forEach((name, text) -> {
          GuestKey key = GuestKeys.of(observed.type()).find(name);
          if (key != null && key.holdsVolume() && owned(key, text)) {
            disks.add(new FieldChange(name, text, null, Effect.NONE, ""));
          }
        });
    return disks;
  }

  private static boolean owned(GuestKey key, String text) {
    try {
      DiskValue disk = DiskValue.parse(key, text);
      return !disk.cdrom() && disk.volume().storage() != null;
    } catch (PropertyString.Malformed unreadable) {
      return true;
    }
  }
}
