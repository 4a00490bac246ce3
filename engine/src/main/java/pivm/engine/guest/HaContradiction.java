package pivm.engine.guest;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.HighAvailability;
import pivm.engine.plan.Obstacle;

/**
 * A declared power that HA would undo, or a template that it could not start. HA starts what is to
 * be started, and stops what is to be stopped or disabled (pve-ha-manager, src/PVE/HA/Manager.pm);
 * a plan that asked for both would never be empty. Proxmox starts no template (qemu-server,
 * src/PVE/QemuServer.pm {@code vm_start_nolock}; pve-container, src/PVE/API2/LXC/Status.pm), so
 * that HA would give one up as failed.
 */
final class HaContradiction {
  private HaContradiction() {}

  /**
   * @param observed the guest as it is; null when there is none
   */
  static Optional<Obstacle> of(DesiredGuest desired, @Nullable ObservedGuest observed) {
    HighAvailability ha = desired.ha();
    if (ha == null || ha.equals(HighAvailability.NONE)) {
      return Optional.empty();
    }
    if (ha.state() == null && observed != null && observed.ha() != null) {
      // Starting and stopping an HA guest sets what HA wants of it, so that both agree afterwards.
      return Optional.empty();
    }
    String state = state(ha);
    String start = "it is a template, which Proxmox can't start; declare \"ha\": null";
    String problem =
        switch (desired.power()) {
          case RUNNING ->
              stops(state) ? contradiction(desired, ha, state, "HA would stop it") : null;
          case STOPPED ->
              state.equals("started")
                  ? contradiction(desired, ha, state, "HA would start it")
                  : null;
          case TEMPLATE -> state.equals("started") ? source(ha, state) + ": " + start : null;
          case UNMANAGED ->
              observed != null && observed.template() && state.equals("started")
                  ? source(ha, state) + ": " + start
                  : null;
          case ABSENT -> null;
        };
    return problem == null
        ? Optional.empty()
        : Optional.of(
            new Obstacle(desired.vmid(), desired.subject(), desired.subject() + ": " + problem));
  }

  private static String contradiction(
      DesiredGuest desired, HighAvailability ha, String state, String problem) {
    return "\"state\": \""
        + desired.power().name().toLowerCase(Locale.ROOT)
        + "\" contradicts "
        + source(ha, state)
        + ": "
        + problem
        + "; declare the same in both, or leave one of them out";
  }

  /** A new HA resource is to be started unless it says otherwise. */
  private static String state(HighAvailability ha) {
    String declared = ha.state();
    return declared == null || declared.equals("enabled") ? "started" : declared;
  }

  private static boolean stops(String state) {
    return state.equals("stopped") || state.equals("disabled");
  }

  private static String source(HighAvailability ha, String state) {
    String words = "\"ha\": {\"state\": \"" + state + "\"}";
    return ha.state() == null ? words + ", HA's default" : words;
  }
}
