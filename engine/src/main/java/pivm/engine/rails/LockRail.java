package pivm.engine.rails;

import java.util.List;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.plan.Operation;
import pivm.engine.plan.Step;

/** A guest that something else works on is waited for, within a bound. */
final class LockRail implements RailRule {
  private final boolean waited;

  /**
   * @param waited whether the bound is over, so that a lock now blocks
   */
  LockRail(boolean waited) {
    this.waited = waited;
  }

  @Override
  public List<Verdict> judge(Step step, Situation before) {
    ObservedGuest guest = before.inventory().guest(step.vmid());
    String lock = guest == null ? null : guest.lock();
    if (guest == null || lock == null) {
      return List.of();
    }
    if (lock.equals("suspended")) {
      return step.operation() instanceof Operation.Start
          ? List.of()
          : List.of(
              Verdict.blocked(
                  Rail.LOCK,
                  step.id(),
                  guest.subject() + " is suspended to disk; start it, then run again"));
    }
    String bound = Words.age(before.request().policy().lockWait());
    return List.of(
        waited
            ? Verdict.blocked(
                Rail.LOCK,
                step.id(),
                guest.subject()
                    + " is still locked ("
                    + lock
                    + ") after "
                    + bound
                    + " and left out; run again once that has ended")
            : Verdict.allowed(
                Rail.LOCK,
                step.id(),
                guest.subject() + " is locked (" + lock + "); it is waited for up to " + bound));
  }
}
