package pivm.engine.rails;

import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import pivm.engine.inventory.Cluster;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Rights;
import pivm.engine.manifest.Desired;
import pivm.engine.plan.Plan;

/** Makes reviewed plans for tests of what comes after the rails. */
public final class Reviews {

  private Reviews() {}

  public static ReviewedPlan allowed(Plan plan) {
    return reviewed(plan, Set.of(), List.of());
  }

  public static ReviewedPlan blocking(Plan plan, Set<String> steps) {
    return reviewed(plan, steps, List.of());
  }

  public static ReviewedPlan unconfirmed(Plan plan, String step) {
    var confirmation =
        new Confirmation(
            "c1", "lxc 210", "destroy lxc 210", new TreeSet<>(Set.of(step)), null, Instant.EPOCH);
    return reviewed(plan, Set.of(), List.of(confirmation));
  }

  private static ReviewedPlan reviewed(Plan plan, Set<String> blocked, List<Confirmation> open) {
    List<Verdict> verdicts =
        blocked.stream()
            .map(step -> new Verdict(Rail.RAM, step, Verdict.Result.BLOCKED, "no room"))
            .toList();
    var cluster =
        new Cluster(null, "9.2", true, new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), false);
    var inventory =
        new Inventory(
            cluster, new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), Rights.all(), List.of());
    var request =
        ReviewRequest.of(
            plan,
            inventory,
            new Desired(List.of()),
            RailPolicy.defaults(),
            new Actor.Human("root"),
            Instant.EPOCH);
    return new ReviewedPlan(request, plan, verdicts, blocked, open, Set.of(), new TreeMap<>());
  }
}
