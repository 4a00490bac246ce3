package pivm.simulator.api;

import java.util.ArrayList;
import java.util.List;
import pivm.simulator.config.GuestConfig;

/** The boot order of a VM, which follows drives that come and go. */
final class BootOrder {
  private final GuestConfig config;
  private final List<String> devices = new ArrayList<>();

  BootOrder(GuestConfig config) {
    this.config = config;
    String boot = config.get("boot", "");
    if (boot.startsWith("order=")) {
      devices.addAll(List.of(boot.substring("order=".length()).split("[;,]")));
    }
  }

  /** Takes a device out; true when that changes the order. */
  boolean remove(String device) {
    return devices.remove(device) && write();
  }

  /** Appends a CD-ROM drive; true when that changes the order. */
  boolean append(String device) {
    return !devices.isEmpty() && !devices.contains(device) && devices.add(device) && write();
  }

  private boolean write() {
    config.putPending("boot", "order=" + String.join(";", devices));
    return true;
  }
}
