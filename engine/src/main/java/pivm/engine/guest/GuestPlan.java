package pivm.engine.guest;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Unknown;
import pivm.engine.plan.Change;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.Step;

/**
 * What one declared guest needs.
 *
 * @param change null when nothing differs
 * @param unknown set when the guest, or its power, could not be seen
 */
record GuestPlan(
    @Nullable Change change,
    List<Step> steps,
    List<Obstacle> obstacles,
    @Nullable Unknown unknown) {

  static final GuestPlan NOTHING = new GuestPlan(null, List.of(), List.of(), null);

  GuestPlan {
    steps = List.copyOf(steps);
    obstacles = List.copyOf(obstacles);
  }

  static GuestPlan unknown(String subject, String reason) {
    return new GuestPlan(null, List.of(), List.of(), new Unknown(subject, reason));
  }

  static GuestPlan obstacle(int vmid, String subject, String message) {
    return new GuestPlan(null, List.of(), List.of(new Obstacle(vmid, subject, message)), null);
  }
}
