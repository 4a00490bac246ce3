package pivm.engine.guest;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.Operation;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.Flags;
import pivm.proxmox.config.GuestConfig;

/**
 * Proxmox takes no disk from a protected guest, and changes none of a container's (qemu-server,
 * src/PVE/API2/Qemu.pm {@code update_vm_api}; pve-container, src/PVE/LXC/Config.pm {@code
 * update_pct_config}), even where the same call gives the protection up.
 */
final class DiskProtection {
  private static final String KEY = "protection";

  private final DesiredGuest desired;
  private final GuestConfig config;

  DiskProtection(DesiredGuest desired, GuestConfig config) {
    this.desired = desired;
    this.config = config;
  }

  /**
   * Why the differences can't be removed; empty when nothing hinders, or the manifest gives it up.
   */
  Optional<Obstacle> problem(List<Difference> differences) {
    return hinders(differences) && !givenUp(differences)
        ? Optional.of(
            new Obstacle(
                desired.vmid(),
                desired.subject(),
                desired.subject()
                    + " is protected (protection: 1), and Proxmox takes no disk from such a guest"
                    + " and changes none of a container's; set \"protection\": 0 and apply that"
                    + " first"))
        : Optional.empty();
  }

  private boolean hinders(List<Difference> differences) {
    return Flags.isOn(config.value(KEY)) && differences.stream().anyMatch(this::touchesDisk);
  }

  private boolean touchesDisk(Difference difference) {
    return switch (difference) {
      case Difference.Set set ->
          desired.type() == GuestType.LXC && DiskSetting.isDisk(GuestType.LXC, set.key());
      case Difference.Keep _ -> desired.type() == GuestType.LXC;
      case Difference.Delete delete -> DiskSetting.isDisk(desired.type(), delete.key());
      default -> false;
    };
  }

  private static boolean givenUp(List<Difference> differences) {
    return differences.stream()
        .anyMatch(difference ->
            switch (difference) {
              case Difference.Set set -> set.key().equals(KEY);
              case Difference.Delete delete -> delete.key().equals(KEY);
              default -> false;
            });
  }

  /** Sends the protection's end in a call of its own before all others, where needed. */
  void giveUpFirst(List<Difference> differences, StepChain chain, Effect effect) {
    if (!hinders(differences) || !givenUp(differences)) {
      return;
    }
    var set = new TreeMap<String, Setting>();
    var delete = new TreeSet<String>();
    for (Difference difference : differences) {
      if (difference instanceof Difference.Set change && change.key().equals(KEY)) {
        set.put(KEY, change.setting());
      } else if (difference instanceof Difference.Delete change && change.key().equals(KEY)) {
        delete.add(KEY);
      }
    }
    chain.add(
        "unprotect", new Operation.Configure(desired.type(), desired.vmid(), set, delete), effect);
  }

  /** Takes out of a call what was sent before it. */
  void withoutGivenUp(List<Difference> differences, Map<String, Setting> set, Set<String> delete) {
    if (hinders(differences)) {
      set.remove(KEY);
      delete.remove(KEY);
    }
  }
}
