package pivm.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import pivm.engine.inventory.Conditions;
import pivm.engine.inventory.Health;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Unknown;
import pivm.engine.observation.ConditionReader;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.plan.Counted;
import pivm.engine.report.Table;
import pivm.proxmox.json.Json;

/** {@code pivm health}: what is at risk, as a Markdown table unless another form is asked for. */
final class HealthCommand implements Command {

  @Override
  public void declare(Options options) {
    options.connection();
  }

  @Override
  public Exit run(Call call) {
    Health health;
    try (Connection connection = Connection.open(call)) {
      Inventory seen = connection.observer().observe(ObservationRequest.of(new TreeSet<>()));
      health = of(call, seen, new ConditionReader(connection.proxmox()).read(seen));
    }
    show(call, health);
    if (health.atRisk()) {
      return Exit.DIFFERENCES;
    }
    return health.unknown().isEmpty() ? Exit.DONE : Exit.PARTLY_DONE;
  }

  /** By the limits that are set. */
  static Health of(Call call, Inventory seen, Conditions conditions) {
    return Health.of(seen, call.settings().healthLimits(), conditions, Instant.now());
  }

  private static void show(Call call, Health health) {
    Output output = call.output();
    if (output.json()) {
      output.json(form(health));
      return;
    }
    Table.Builder table = Table.of("Subject", "Risk");
    health.risks().forEach(risk -> table.row(risk.subject(), risk.message()));
    if (health.risks().isEmpty()) {
      output.line(
          (health.unknown().isEmpty() ? "No" : "As far as can be seen, no")
              + " node is at risk: "
              + health.nodesOnline()
              + " of "
              + Counted.of(health.nodesTotal(), "node")
              + " online.");
    } else if (call.parsed().has("--output") && !output.markdown()) {
      output.table(table.build());
    } else {
      output.text(table.build().markdown());
    }
    for (Unknown unseen : health.unknown()) {
      call.say("Not known: " + unseen.subject() + ": " + unseen.reason());
    }
  }

  private static Json form(Health health) {
    List<Json> risks = new ArrayList<>();
    for (Health.Risk risk : health.risks()) {
      risks.add(
          Json.object()
              .put("subject", risk.subject())
              .putIfPresent("node", risk.node())
              .put("cause", risk.cause().name().toLowerCase(Locale.ROOT))
              .put(
                  "share",
                  risk.share() == null
                      ? Json.Null.NULL
                      : new Json.Num(String.format(Locale.ROOT, "%.3f", risk.share())))
              .put("message", risk.message())
              .build());
    }
    List<Json> unknown = new ArrayList<>();
    for (Unknown unseen : health.unknown()) {
      unknown.add(
          Json.object().put("subject", unseen.subject()).put("reason", unseen.reason()).build());
    }
    return Json.object()
        .put("format", 1)
        .put("cluster", health.cluster())
        .put("quorate", health.quorate() == null ? Json.Null.NULL : Json.of(health.quorate()))
        .put("nodes", health.nodesTotal())
        .put("online", health.nodesOnline())
        .put("risks", Json.array(risks))
        .put("unknown", Json.array(unknown))
        .build();
  }
}
