package pivm.engine.guest;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.engine.plan.Effect;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.schema.GuestKey;

/**
 * Foretells whether Proxmox brings a change into effect on a running guest at once or keeps it
 * pending. From {@code vmconfig_hotplug_pending} of qemu-server (src/PVE/QemuServer.pm) and of
 * pve-container (src/PVE/LXC/Config.pm), and measured on running guests.
 */
final class EffectRules {

  /**
   * @param why what decided it, where that is not plain; may be empty
   */
  record Outcome(Effect effect, String why) {}

  private static final Outcome LIVE = new Outcome(Effect.LIVE, "");
  private static final Outcome PENDING = new Outcome(Effect.PENDING, "");
  private static final Set<String> LIVE_NET_PARTS =
      Set.of("rate", "link_down", "bridge", "tag", "trunks", "firewall");

  /** The parts of a VM's disk that need it reopened; every other is set on the open one. */
  private static final Set<String> REOPENING_DISK_PARTS =
      Set.of("aio", "discard", "iothread", "queues", "product", "cache", "ssd", "vendor", "ro");

  private final boolean running;
  private final Set<String> hotplug;
  private final boolean numa;
  private final String osType;

  EffectRules(GuestConfig config, boolean running) {
    this.running = running;
    this.hotplug = hotplug(config.value("hotplug"));
    this.numa = "1".equals(config.value("numa"));
    String os = config.value("ostype");
    this.osType = os == null ? "other" : os;
  }

  private static Set<String> hotplug(@Nullable String value) {
    if (value == null || value.equals("1")) {
      return Set.of("network", "disk", "usb");
    }
    return value.equals("0") ? Set.of() : new HashSet<>(Arrays.asList(value.split("[,; ]+")));
  }

  /**
   * @param from null when the key is not set now
   * @param to null when it is to be deleted
   * @param parts names of the parts of a property string that change; the volume counts as {@code
   *     file}
   */
  Outcome of(
      GuestKey key, String name, @Nullable String from, @Nullable String to, Set<String> parts) {
    if (!running) {
      return new Outcome(Effect.NONE, "");
    }
    boolean existing = from != null && to != null;
    return switch (key.apply()) {
      case LIVE -> LIVE;
      case PENDING -> PENDING;
      case CLOUD_INIT ->
          new Outcome(Effect.LIVE, "the guest reads it from its cloud-init drive at its next boot");
      case AGENT -> existing && Set.of("fstrim_cloned_disks").containsAll(parts) ? LIVE : PENDING;
      case BALLOON -> balloonOn(from) == balloonOn(to) ? LIVE : PENDING;
      case HOTPLUG -> cpuOrMemory(from) || cpuOrMemory(to) ? PENDING : LIVE;
      case TABLET -> feature("usb");
      case VCPUS -> feature("cpu");
      case VM_MEMORY ->
          hotplug.contains("memory") && !numa
              ? new Outcome(Effect.PENDING, "memory hotplug needs numa: 1")
              : feature("memory");
      case VM_NET -> existing && LIVE_NET_PARTS.containsAll(parts) ? LIVE : feature("network");
      case DISK -> disk(from, to, parts, feature("disk"));
      case FIXED_DISK -> disk(from, to, parts, PENDING);
      case USB -> usbCapable() ? feature("usb") : PENDING;
      case NEW_ONLY -> from == null ? LIVE : PENDING;
      case CT_MEMORY -> to == null ? PENDING : LIVE;
      case CT_NET -> to != null || name.length() == "net0".length() ? LIVE : PENDING;
      case REMOVAL -> to == null ? LIVE : PENDING;
    };
  }

  /** A key that is newer than the table: what it does to a running guest is not known. */
  Outcome ofUnknownKey() {
    return running
        ? new Outcome(Effect.PENDING, "a key that PIVM does not know; Proxmox decides")
        : new Outcome(Effect.NONE, "");
  }

  /** For a value that Proxmox holds already. */
  Outcome alreadyPending() {
    return new Outcome(Effect.PENDING, "already pending in Proxmox");
  }

  private Outcome feature(String feature) {
    return hotplug.contains(feature)
        ? LIVE
        : new Outcome(Effect.PENDING, feature + " is not in hotplug");
  }

  private static Outcome disk(
      @Nullable String from, @Nullable String to, Set<String> parts, Outcome otherVolume) {
    if (from == null || to == null) {
      return otherVolume;
    }
    if (parts.contains("file")) {
      boolean mediumOnly = isCdrom(from) && isCdrom(to);
      return mediumOnly ? LIVE : otherVolume;
    }
    return parts.stream().anyMatch(REOPENING_DISK_PARTS::contains) ? PENDING : LIVE;
  }

  private static boolean isCdrom(String drive) {
    return drive.contains("media=cdrom");
  }

  /** No value means a balloon device as large as the memory. */
  private static boolean balloonOn(@Nullable String value) {
    return value == null || !value.equals("0");
  }

  private static boolean cpuOrMemory(@Nullable String features) {
    return features != null && (features.contains("memory") || features.contains("cpu"));
  }

  private boolean usbCapable() {
    return osType.equals("l26")
        || osType.equals("win8")
        || osType.equals("win10")
        || osType.equals("win11");
  }

  /** Whether a disk of this kind of guest can be copied to another storage while it runs. */
  static boolean movesLive(GuestType type) {
    return type == GuestType.QEMU;
  }
}
