package pivm.engine.guest;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.HaResource;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.HighAvailability;
import pivm.engine.plan.Obstacle;

/**
 * A declared power that HA would undo. HA starts what is to be started, and stops what is to be
 * stopped or disabled (pve-ha-manager, src/PVE/HA/Manager.pm); a plan that asked for both would
 * never be empty.
 */
final class HaContradiction {
  private HaContradiction() {}

  /**
   * @param present how HA treats the guest now; null when it does not
   */
  static Optional<Obstacle> of(DesiredGuest desired, @Nullable HaResource present) {
    HighAvailability ha = desired.ha();
    if (ha == null || ha.equals(HighAvailability.NONE)) {
      return Optional.empty();
    }
    if (ha.state() == null && present != null) {
      // Starting and stopping an HA guest sets what HA wants of it, so that both agree afterwards.
      return Optional.empty();
    }
    String state = state(ha);
    String problem =
        switch (desired.power()) {
          case RUNNING -> stops(state) ? "HA would stop it" : null;
          case STOPPED -> state.equals("started") ? "HA would start it" : null;
          case TEMPLATE, ABSENT, UNMANAGED -> null;
        };
    return problem == null
        ? Optional.empty()
        : Optional.of(
            new Obstacle(
                desired.vmid(),
                desired.subject(),
                desired.subject()
                    + ": \"state\": \""
                    + desired.power().name().toLowerCase(java.util.Locale.ROOT)
                    + "\" contradicts "
                    + source(ha, state)
                    + ": "
                    + problem
                    + "; "
                    + "declare the same in both, or leave one of them out"));
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
