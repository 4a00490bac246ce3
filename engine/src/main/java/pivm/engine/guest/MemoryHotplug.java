package pivm.engine.guest;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;
import pivm.engine.rails.GuestMemory;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.Flags;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.HotplugFeatures;

/**
 * What memory hotplug demands. Proxmox stores a config without it, and then neither starts the VM
 * nor changes its memory while it runs (qemu-server, src/PVE/QemuServer/Memory.pm {@code config}
 * and {@code qemu_memory_hotplug}).
 */
final class MemoryHotplug {
  private static final long LEAST_BYTES = 1L << 30;

  private MemoryHotplug() {}

  /**
   * The plan, or an obstacle in its place where it would start such a VM or touch its memory.
   *
   * @param after the guest as the plan leaves it; null when that is not known
   */
  static GuestPlan checked(GuestPlan plan, DesiredGuest guest, @Nullable ObservedGuest after) {
    GuestConfig config = after == null ? null : after.config();
    if (config == null || guest.type() != GuestType.QEMU || !concerns(plan, after)) {
      return plan;
    }
    String lack = lack(config);
    return lack == null
        ? plan
        : GuestPlan.obstacle(
            guest.vmid(),
            guest.subject(),
            guest.subject()
                + ": its hotplug has memory in it, "
                + lack
                + "; Proxmox would refuse to start it or to change its memory: declare that, or"
                + " hotplug without memory");
  }

  private static boolean concerns(GuestPlan plan, @Nullable ObservedGuest after) {
    boolean runs = after != null && after.running();
    return plan.steps().stream()
        .map(Step::operation)
        .anyMatch(operation ->
            switch (operation) {
              case Operation.Start _, Operation.Reboot _ -> true;
              case Operation.Configure configure -> runs && touchesMemory(configure);
              default -> false;
            });
  }

  private static boolean touchesMemory(Operation.Configure configure) {
    Set<String> keys = Set.of("memory", "hotplug", "numa");
    return configure.set().keySet().stream().anyMatch(keys::contains)
        || configure.delete().stream().anyMatch(keys::contains);
  }

  private static @Nullable String lack(GuestConfig config) {
    if (!HotplugFeatures.parse(config.value("hotplug")).contains("memory")) {
      return null;
    }
    if (!Flags.isOn(config.value("numa"))) {
      return "which needs \"numa\": 1";
    }
    if (config.values().keySet().stream().anyMatch(key -> key.matches("numa\\d+"))) {
      return "which goes with no NUMA topology of one's own (numa0 and so on)";
    }
    Long memory = GuestMemory.parse(config.value("memory"));
    return memory != null && memory < LEAST_BYTES ? "which needs \"memory\": 1024 or more" : null;
  }
}
