package pivm.engine.guest;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.plan.Calls;
import pivm.engine.plan.Effect;
import pivm.engine.plan.FieldChange;
import pivm.engine.plan.Obstacle;
import pivm.engine.plan.Operation;

/** Puts a guest under the HA rules that its manifest names. */
final class HaRules {
  private HaRules() {}

  static void join(
      DesiredGuest desired,
      Inventory inventory,
      StepChain chain,
      List<FieldChange> fields,
      List<Obstacle> obstacles) {
    if (desired.ha() == null) {
      return;
    }
    String service = Calls.serviceId(desired.type(), desired.vmid());
    for (String name : desired.ha().rules()) {
      @Nullable String ruleType = inventory.cluster().haRuleTypes().get(name);
      SortedSet<String> services = services(inventory, name);
      if (ruleType == null) {
        obstacles.add(
            new Obstacle(
                desired.vmid(),
                desired.subject(),
                desired.subject()
                    + ": there is no HA rule '"
                    + name
                    + "', or it can't be seen; create it under Datacenter > HA > Affinity Rules"));
      } else if (services.add(service)) {
        chain.add(
            "ha-rule",
            new Operation.JoinHaRule(
                desired.type(), desired.vmid(), name, ruleType, List.copyOf(services)),
            Effect.NONE);
        fields.add(new FieldChange("ha.rules", null, name, Effect.NONE, ""));
      }
    }
  }

  private static SortedSet<String> services(Inventory inventory, String rule) {
    var services = new TreeSet<String>();
    inventory
        .cluster()
        .haRules()
        .forEach((service, rules) -> {
          if (rules.contains(rule)) {
            services.add(service);
          }
        });
    return services;
  }
}
