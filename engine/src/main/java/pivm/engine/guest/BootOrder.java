package pivm.engine.guest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Operation;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;

/**
 * What Proxmox does by itself to a VM's boot order: a device that is taken away leaves it, a new
 * CD-ROM drive is put at its end (qemu-server, src/PVE/API2/Qemu.pm {@code update_vm_api}). It does
 * so in the same call that sets another order, and which of the two wins is chance.
 */
final class BootOrder {
  private static final String KEY = "boot";

  /** A foretold order, whose devices are not known; see {@link Foretold}. */
  static final String UNKNOWN = "order=";

  private final DesiredGuest desired;
  private final @Nullable String present;
  private final List<String> devices;

  BootOrder(DesiredGuest desired, GuestConfig config) {
    this.desired = desired;
    this.present = config.value(KEY);
    this.devices = devices(present);
  }

  /** The devices that a value names; none for an older form. */
  static List<String> devices(@Nullable String boot) {
    return boot == null || !boot.startsWith("order=")
        ? List.of()
        : Arrays.stream(boot.substring("order=".length()).split("[;,]"))
            .filter(device -> !device.isEmpty())
            .toList();
  }

  /** Adds the change to the steps, with the boot order on its own where Proxmox meddles. */
  void configure(
      Map<String, Setting> set,
      Set<String> delete,
      Effect effect,
      long memory,
      Set<String> lanes,
      StepChain chain) {
    var first = new TreeMap<>(set);
    var firstDelete = new TreeSet<>(delete);
    Setting declared = desired.settings().get(KEY);
    boolean again =
        declared != null && (becomes(set, delete) != null || mayBecomeAnother(set, delete));
    if (again) {
      first.remove(KEY);
      firstDelete.remove(KEY);
    }
    chain.add(
        "configure",
        new Operation.Configure(desired.type(), desired.vmid(), first, firstDelete),
        effect,
        memory,
        lanes);
    if (again) {
      var order = new TreeMap<String, Setting>();
      var none = new TreeSet<String>();
      if (declared instanceof Setting.Value) {
        order.put(KEY, declared);
      } else {
        none.add(KEY);
      }
      chain.add(
          "boot-order",
          new Operation.Configure(desired.type(), desired.vmid(), order, none),
          Effect.NONE);
    }
  }

  /** Says what Proxmox will do to a boot order that the manifest leaves open; null for nothing. */
  @Nullable String note(Map<String, Setting> set, Set<String> delete) {
    String becomes = becomes(set, delete);
    return becomes == null || desired.settings().containsKey(KEY)
        ? null
        : "Proxmox turns its boot order from '" + present + "' into '" + becomes + "'";
  }

  /** What Proxmox makes of the present order; null when it leaves it. */
  private @Nullable String becomes(Map<String, Setting> set, Set<String> delete) {
    if (desired.type() != GuestType.QEMU || devices.isEmpty()) {
      return null;
    }
    List<String> after = new ArrayList<>(devices);
    after.removeAll(delete);
    set.forEach((key, setting) -> {
      if (setting instanceof Setting.Value(String text)
          && !after.contains(key)
          && isMedium(key, text)) {
        after.add(key);
      }
    });
    return after.equals(devices) ? null : "order=" + String.join(";", after);
  }

  /** Of a copy of a guest that the same plan makes it is only foretold that it has an order. */
  private boolean mayBecomeAnother(Map<String, Setting> set, Set<String> delete) {
    return desired.type() == GuestType.QEMU
        && UNKNOWN.equals(present)
        && (!delete.isEmpty()
            || set.entrySet().stream()
                .anyMatch(one ->
                    one.getValue() instanceof Setting.Value(String text)
                        && isMedium(one.getKey(), text)));
  }

  private static boolean isMedium(String key, String text) {
    return DiskSetting.isDisk(GuestType.QEMU, key)
        && DiskSetting.parse(GuestType.QEMU, key, text)
            instanceof DiskSetting.CdRom(DiskSetting.CdRom.Medium medium, var _)
        && !(medium instanceof DiskSetting.CdRom.CloudInit);
  }
}
