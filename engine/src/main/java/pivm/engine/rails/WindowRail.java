package pivm.engine.rails;

import java.time.Instant;
import java.util.List;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.plan.Effect;
import pivm.engine.plan.Step;

/** What may only happen in the maintenance window waits for it. */
final class WindowRail implements RailRule {

  @Override
  public List<Verdict> judge(Step step, Situation before) {
    ReviewRequest request = before.request();
    DesiredGuest entry = request.entry(step.vmid());
    boolean restarts =
        DestructiveAction.of(step, before).stream()
            .anyMatch(one -> one.kind() == DestructiveAction.Kind.RESTART);
    if (entry == null
        || entry.restart() != DesiredGuest.Restart.WINDOW
        || !(restarts || step.effect() == Effect.RESTART)) {
      return List.of();
    }
    Window window = request.window();
    if (window.open()) {
      return List.of(
          Verdict.allowed(
              Rail.WINDOW,
              step.id(),
              before.subject(step) + " may restart: the maintenance window is open"));
    }
    Instant opens = window.opens();
    return List.of(
        Verdict.blocked(
            Rail.WINDOW,
            step.id(),
            before.subject(step)
                + " may only restart in the maintenance window, which "
                + (opens == null
                    ? "is not open; set rails.maintenanceWindow"
                    : "opens at " + opens)));
  }
}
