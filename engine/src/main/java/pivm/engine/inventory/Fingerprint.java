package pivm.engine.inventory;

import java.util.Set;
import pivm.proxmox.config.GuestConfig;

/**
 * The meaning of a guest's configuration as a short text: the same for two readings of it unless
 * somebody changed what the guest is. Snapshots, locks and Proxmox's own bookkeeping leave it
 * alone, though they change the config's digest.
 */
public final class Fingerprint {

  /**
   * Keys that snapshots, locks and Proxmox's bookkeeping add (qemu-server, src/PVE/QemuServer.pm
   * and pve-guest-common, src/PVE/AbstractConfig.pm).
   */
  public static final Set<String> BOOKKEEPING =
      Set.of(
          "digest",
          "lock",
          "meta",
          "parent",
          "snapstate",
          "snaptime",
          "vmstate",
          "runningmachine",
          "runningcpu",
          "running-nets-host-mtu");

  private Fingerprint() {}

  /** 32 hexadecimal digits of a SHA-256 over type, values and pending changes. */
  public static String of(GuestConfig config) {
    var text = new StringBuilder(config.type().apiName()).append('\n');
    config
        .values()
        .forEach((key, value) -> {
          if (!BOOKKEEPING.contains(key)) {
            entry(text, '=', key, value);
          }
        });
    config
        .pending()
        .forEach((key, waiting) -> {
          if (!BOOKKEEPING.contains(key)) {
            String value = waiting.value();
            entry(text, value == null ? '-' : '>', key, value == null ? "" : value);
          }
        });
    return Digests.of(text.toString(), 16);
  }

  /** Lengths keep a value with line breaks from looking like another entry. */
  private static void entry(StringBuilder text, char kind, String key, String value) {
    text.append(kind).append(key).append(':').append(value.length()).append(':');
    text.append(value).append('\n');
  }
}
