package pivm.engine.execution;

import java.util.SortedMap;
import java.util.TreeMap;
import pivm.engine.inventory.Fingerprint;
import pivm.proxmox.config.GuestConfig;

/** A config as it will be after the guest's next stop, without Proxmox's own bookkeeping. */
final class ConfigView {

  private ConfigView() {}

  static SortedMap<String, String> next(GuestConfig config) {
    var next = new TreeMap<>(config.values());
    config
        .pending()
        .forEach((key, waiting) -> {
          String value = waiting.value();
          if (value == null) {
            next.remove(key);
          } else {
            next.put(key, value);
          }
        });
    next.keySet().removeAll(Fingerprint.BOOKKEEPING);
    // Proxmox answers descriptions with one line break more than it was given.
    next.replaceAll((_, value) -> value.stripTrailing());
    return next;
  }
}
