package pivm.engine.rails;

import java.time.temporal.ChronoUnit;
import java.util.List;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.plan.Step;

/** A guest that was rolled back is left alone until somebody says otherwise. */
final class HoldRail implements RailRule {

  @Override
  public List<Verdict> judge(Step step, Situation before) {
    ReviewRequest request = before.request();
    Hold hold = request.holds().get(step.vmid());
    DesiredGuest entry = request.entry(step.vmid());
    if (hold == null || entry == null || !hold.stands(entry)) {
      return List.of();
    }
    return List.of(
        Verdict.blocked(
            Rail.HOLD,
            step.id(),
            before.subject(step)
                + " is held since "
                + hold.since().truncatedTo(ChronoUnit.SECONDS)
                + " ("
                + hold.reason()
                + ") and left alone; change its manifest, or release it: pivm guest release "
                + step.vmid()));
  }
}
