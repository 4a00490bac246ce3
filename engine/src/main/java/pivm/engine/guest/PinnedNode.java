package pivm.engine.guest;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.Setting;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Obstacle;
import pivm.engine.rails.MoveAbility;
import pivm.engine.rails.MoveAbility.Hindrance;
import pivm.proxmox.config.GuestConfig;

/**
 * Whether a guest can be moved to the node that its manifest pins, and what has to change first.
 */
final class PinnedNode {
  private final DesiredGuest desired;
  private final ObservedGuest observed;
  private final GuestConfig config;
  private final boolean running;
  private final Inventory inventory;

  /**
   * @param running whether it runs when it is moved
   */
  PinnedNode(
      DesiredGuest desired,
      ObservedGuest observed,
      GuestConfig config,
      boolean running,
      Inventory inventory) {
    this.desired = desired;
    this.observed = observed;
    this.config = config;
    this.running = running;
    this.inventory = inventory;
  }

  /** The node that it has to be moved to; null for none. */
  static @Nullable String target(DesiredGuest desired, ObservedGuest observed) {
    String node = desired.node();
    return desired.pinned() && node != null && !node.equals(observed.node()) ? node : null;
  }

  /** A running container moves by being restarted, which its manifest has to allow. */
  static boolean waits(DesiredGuest desired, boolean running) {
    return running
        && !EffectRules.movesLive(desired.type())
        && desired.restart() != DesiredGuest.Restart.ALLOWED;
  }

  private List<Hindrance> hindrances(GuestConfig having) {
    String target = target(desired, observed);
    return target == null || waits(desired, running)
        ? List.of()
        : MoveAbility.hindrances(observed, having, running, target, inventory);
  }

  /** Those of the differences without which it can't be moved. */
  List<Difference> neededBefore(List<Difference> differences) {
    Set<String> keys =
        hindrances(config).stream()
            .map(Hindrance::key)
            .collect(Collectors.toCollection(HashSet::new));
    return keys.isEmpty()
        ? List.of()
        : differences.stream().filter(one -> keys.contains(key(one)) && atOnce(one)).toList();
  }

  /** Set when it can't be moved even after those. */
  Optional<Obstacle> problem(List<Difference> differences) {
    List<Hindrance> left = hindrances(after(neededBefore(differences)));
    if (left.isEmpty()) {
      return Optional.empty();
    }
    String message =
        desired.subject()
            + " can't be moved to "
            + desired.node()
            + ": "
            + left.stream().map(Hindrance::sentence).collect(Collectors.joining(". Also, "))
            + ". Else let it stay: \"node\": \""
            + observed.node()
            + "\"";
    return Optional.of(new Obstacle(desired.vmid(), desired.subject(), message));
  }

  private GuestConfig after(List<Difference> first) {
    if (first.isEmpty()) {
      return config;
    }
    var values = new TreeMap<>(config.values());
    for (Difference difference : first) {
      switch (difference) {
        case Difference.Set(String key, Setting.Value(String text), _, _) -> values.put(key, text);
        case Difference.Move(String key, String storage, _, _, _) ->
            values.put(key, storage + ":vm-" + desired.vmid() + "-disk-0");
        case Difference.Delete(String key, _, _) -> values.remove(key);
        default -> {}
      }
    }
    return new GuestConfig(config.type(), values, config.pending(), config.digest());
  }

  private boolean atOnce(Difference difference) {
    return switch (difference) {
      case Difference.Set(_, Setting.Value _, Effect effect, _) ->
          !running || effect != Effect.PENDING;
      case Difference.Delete(_, Effect effect, _) -> !running || effect != Effect.PENDING;
      case Difference.Move _ -> true;
      default -> false;
    };
  }

  private static @Nullable String key(Difference difference) {
    return switch (difference) {
      case Difference.Set(String key, _, _, _) -> key;
      case Difference.Delete(String key, _, _) -> key;
      case Difference.Move(String key, _, _, _, _) -> key;
      default -> null;
    };
  }
}
