package pivm.engine.rails;

import java.util.List;
import pivm.engine.plan.Counted;
import pivm.engine.plan.Step;

/** Guests outside the manifests are counted, named, and never touched. */
final class ForeignRail implements RailRule {

  @Override
  public List<Verdict> judge(Situation start) {
    List<String> foreign = start.plan().foreign();
    if (foreign.isEmpty()) {
      return List.of();
    }
    String message =
        Counted.of(foreign.size(), "guest")
            + (foreign.size() == 1 ? " is" : " are")
            + " in no manifest and left alone: "
            + some(foreign)
            + "; pivm import adopts "
            + (foreign.size() == 1 ? "it" : "them");
    return switch (start.request().policy().foreign()) {
      case IGNORE -> List.of();
      case WARN -> List.of(Verdict.allowed(Rail.FOREIGN, null, message));
      case BLOCK ->
          start.plan().steps().isEmpty()
              ? List.of(Verdict.allowed(Rail.FOREIGN, null, message))
              : List.of(
                  Verdict.blocked(
                      Rail.FOREIGN, null, message + ", which rails.foreign: block asks for"));
    };
  }

  private static String some(List<String> foreign) {
    int shown = Math.min(foreign.size(), 5);
    String names = String.join(", ", foreign.subList(0, shown));
    return foreign.size() == shown ? names : names + " and " + (foreign.size() - shown) + " more";
  }

  @Override
  public List<Verdict> judge(Step step, Situation before) {
    ReviewRequest request = before.request();
    ProjectedGuest guest = before.guest(step.vmid());
    if (guest == null
        || guest.ours()
        || request.entry(step.vmid()) != null
        || request.named().contains(step.vmid())) {
      return List.of();
    }
    return List.of(
        Verdict.blocked(
            Rail.FOREIGN,
            step.id(),
            guest.subject()
                + " is in no manifest, and what no manifest names is not touched; adopt it first:"
                + " pivm import "
                + step.vmid()));
  }
}
