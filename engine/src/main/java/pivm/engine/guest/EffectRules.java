package pivm.engine.guest;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.engine.plan.Effect;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.GuestConfig;
import pivm.proxmox.config.HotplugFeatures;
import pivm.proxmox.config.LiveRules;
import pivm.proxmox.schema.Apply;
import pivm.proxmox.schema.GuestKey;

/** Foretells what a change does to a guest, in the plan's words and with the reason. */
final class EffectRules {

  /**
   * @param why what decided it, where that is not plain; may be empty
   */
  record Outcome(Effect effect, String why) {}

  private static final Outcome AT_REST = new Outcome(Effect.NONE, "");

  private final GuestConfig config;
  private final boolean running;
  private final Set<String> hotplug;

  EffectRules(GuestConfig config, boolean running) {
    this.config = config;
    this.running = running;
    this.hotplug = HotplugFeatures.parse(config.value("hotplug"));
  }

  /**
   * @param from null when the key is not set now
   * @param to null when it is to be deleted
   */
  Outcome of(GuestKey key, String name, @Nullable String from, @Nullable String to) {
    if (!running) {
      return AT_REST;
    }
    return switch (LiveRules.effect(key, name, from, to, config)) {
      case NONE -> AT_REST;
      case LIVE -> new Outcome(Effect.LIVE, "");
      case CLOUD_INIT ->
          new Outcome(Effect.LIVE, "the guest reads it from its cloud-init drive at its next boot");
      case PENDING -> new Outcome(Effect.PENDING, why(key.apply()));
    };
  }

  private String why(Apply rule) {
    return switch (rule) {
      case VM_MEMORY ->
          hotplug.contains("memory") ? "memory hotplug needs numa: 1" : missing("memory");
      case VCPUS -> missing("cpu");
      case TABLET, USB -> missing("usb");
      case VM_NET -> missing("network");
      case DISK -> missing("disk");
      default -> "";
    };
  }

  private String missing(String feature) {
    return hotplug.contains(feature) ? "" : feature + " is not in hotplug";
  }

  /** A key that is newer than the table: what it does to a running guest is not known. */
  Outcome ofUnknownKey() {
    return running
        ? new Outcome(Effect.PENDING, "a key that PIVM does not know; Proxmox decides")
        : AT_REST;
  }

  /** For a value that Proxmox holds already: it holds from the guest's stop or next start on. */
  Outcome alreadyPending() {
    if (!running) {
      return new Outcome(Effect.NONE, "already pending in Proxmox");
    }
    return new Outcome(Effect.PENDING, "already pending in Proxmox");
  }

  /** Whether a disk of this kind of guest can be copied to another storage while it runs. */
  static boolean movesLive(GuestType type) {
    return type == GuestType.QEMU;
  }
}
