package pivm.proxmox.config;

import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.schema.GuestKey;

/**
 * What a change does to a running guest (qemu-server src/PVE/QemuServer.pm and pve-container
 * src/PVE/LXC/Config.pm, {@code vmconfig_hotplug_pending}). A stopped guest takes every change at
 * once.
 */
public final class LiveRules {

  /** When a change to a running guest holds. */
  public enum Effect {
    /** Nothing differs. */
    NONE,
    /** At once. */
    LIVE,
    /**
     * In the config at once; in the guest when its cloud-init drive is made anew, at the next start
     * or by {@code PUT …/cloudinit}, and it reads it.
     */
    CLOUD_INIT,
    /** When the guest has been stopped. */
    PENDING
  }

  private static final Set<String> DISK_PARTS_PENDING =
      Set.of("aio", "discard", "iothread", "queues", "product", "cache", "ssd", "vendor", "ro");
  private static final Set<String> USB_HOTPLUG_SYSTEMS = Set.of("l26", "win8", "win10", "win11");

  private LiveRules() {}

  /**
   * Decides for one key of a running guest.
   *
   * @param name the key with its number, {@code net0}
   * @param from the value that holds, null when the key is not set
   * @param to the new value, null when the key is removed
   */
  public static Effect effect(
      GuestKey key, String name, @Nullable String from, @Nullable String to, GuestConfig running) {
    if (Objects.equals(from, to)) {
      return Effect.NONE;
    }
    return switch (key.apply()) {
      case LIVE -> Effect.LIVE;
      case CLOUD_INIT -> Effect.CLOUD_INIT;
      case PENDING -> Effect.PENDING;
      default -> live(conditional(key, name, from, to, running));
    };
  }

  private static Effect live(boolean live) {
    return live ? Effect.LIVE : Effect.PENDING;
  }

  private static boolean conditional(
      GuestKey key, String name, @Nullable String from, @Nullable String to, GuestConfig running) {
    Set<String> features = HotplugFeatures.parse(running.value("hotplug"));
    return switch (key.apply()) {
      case AGENT ->
          from != null && to != null && onlyDiffersIn(key, from, to, "fstrim_cloned_disks");
      case BALLOON -> to == null ? !"0".equals(from) : "0".equals(from) == "0".equals(to);
      case HOTPLUG -> !namesProcessorOrMemory(from) && !namesProcessorOrMemory(to);
      case TABLET -> features.contains("usb");
      case VCPUS -> features.contains("cpu");
      case VM_MEMORY -> features.contains("memory") && Flags.isOn(running.value("numa"));
      case VM_NET -> net(key, from, to, features.contains("network"));
      case DISK -> disk(key, from, to, features.contains("disk"));
      case FIXED_DISK -> disk(key, from, to, false);
      case USB -> usb(running, features);
      case NEW_ONLY -> from == null;
      case CT_MEMORY -> to != null;
      case CT_NET -> to != null || name.length() == "net0".length();
      case REMOVAL -> to == null;
      case LIVE, CLOUD_INIT -> true;
      case PENDING -> false;
    };
  }

  private static boolean onlyDiffersIn(GuestKey key, String from, String to, String part) {
    PropertyString one = PropertyString.parseLeniently(key, from).with(part, null);
    PropertyString other = PropertyString.parseLeniently(key, to).with(part, null);
    return one.print().equals(other.print());
  }

  private static boolean namesProcessorOrMemory(@Nullable String hotplug) {
    return hotplug != null && (hotplug.contains("cpu") || hotplug.contains("memory"));
  }

  private static boolean net(
      GuestKey key, @Nullable String from, @Nullable String to, boolean hotplug) {
    if (from == null || to == null) {
      return hotplug;
    }
    PropertyString one = PropertyString.parseLeniently(key, from);
    PropertyString other = PropertyString.parseLeniently(key, to);
    boolean sameDevice =
        same(one, other, List.of("model", "macaddr", "queues", "mtu"))
            && one.get("bridge") != null
            && other.get("bridge") != null;
    return sameDevice || hotplug;
  }

  private static boolean disk(
      GuestKey key, @Nullable String from, @Nullable String to, boolean hotplug) {
    if (from == null || to == null) {
      return hotplug;
    }
    PropertyString one = PropertyString.parseLeniently(key, from);
    PropertyString other = PropertyString.parseLeniently(key, to);
    boolean cdrom = "cdrom".equals(one.get("media"));
    if (cdrom != "cdrom".equals(other.get("media"))) {
      return false;
    }
    if (cdrom) {
      return true;
    }
    return same(one, other, List.of("file")) ? same(one, other, DISK_PARTS_PENDING) : hotplug;
  }

  private static boolean same(PropertyString one, PropertyString other, Iterable<String> parts) {
    for (String part : parts) {
      if (!Objects.equals(one.get(part), other.get(part))) {
        return false;
      }
    }
    return true;
  }

  private static boolean usb(GuestConfig running, Set<String> features) {
    String system = running.value("ostype");
    return features.contains("usb") && system != null && USB_HOTPLUG_SYSTEMS.contains(system);
  }
}
