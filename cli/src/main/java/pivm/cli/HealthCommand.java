package pivm.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.inventory.Storage;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.report.Table;

/** {@code pivm health}: what is at risk, as a Markdown table unless another form is asked for. */
final class HealthCommand implements Command {
  private static final double CPU = 0.80;
  private static final double MEMORY = 0.90;
  private static final double STORAGE = 0.90;

  /** Something that is at risk. */
  record Risk(String subject, String what, String value, String limit) {}

  @Override
  public void declare(Options options) {
    options.connection();
  }

  @Override
  public Exit run(Call call) {
    List<Risk> risks;
    try (Connection connection = Connection.open(call)) {
      risks = risks(connection.observer().observe(ObservationRequest.of(new TreeSet<>())));
    }
    Table.Builder table = Table.of("Subject", "Risk", "Value", "Limit");
    risks.forEach(risk -> table.row(risk.subject(), risk.what(), risk.value(), risk.limit()));
    Output output = call.output();
    if (output.json()) {
      output.json(table.build().json());
    } else if (risks.isEmpty()) {
      output.line("No node is at risk.");
    } else if (call.parsed().has("--output") && !output.markdown()) {
      output.table(table.build());
    } else {
      output.text(table.build().markdown());
    }
    return risks.isEmpty() ? Exit.DONE : Exit.FAILED;
  }

  static List<Risk> risks(Inventory inventory) {
    var risks = new ArrayList<Risk>();
    if (Boolean.FALSE.equals(inventory.cluster().quorate())) {
      risks.add(new Risk("cluster", "no quorum", "no", "yes"));
    }
    inventory.nodes().values().forEach(node -> node(node, risks));
    inventory.storages().values().forEach(storage -> storage(storage, risks));
    return risks;
  }

  private static void node(Node node, List<Risk> risks) {
    String subject = "node " + node.name();
    if (!node.online()) {
      risks.add(new Risk(subject, "offline", "offline", "online"));
      return;
    }
    if (node.cpu() != null && node.cpu() > CPU) {
      risks.add(new Risk(subject, "cpu", Units.percent(node.cpu()), Units.percent(CPU)));
    }
    Double memory = Units.share(node.memoryUsed(), node.memoryTotal());
    if (memory == null) {
      risks.add(new Risk(subject, "memory", "unknown", Units.percent(MEMORY)));
    } else if (memory > MEMORY) {
      risks.add(new Risk(subject, "memory", Units.percent(memory), Units.percent(MEMORY)));
    }
  }

  private static void storage(Storage storage, List<Risk> risks) {
    storage
        .use()
        .forEach((node, use) -> {
          Double free = Units.share(use.available(), use.total());
          if (free != null && 1 - free > STORAGE) {
            String subject = "storage " + storage.id() + (storage.shared() ? "" : " on " + node);
            var risk = new Risk(subject, "full", Units.percent(1 - free), Units.percent(STORAGE));
            if (!risks.contains(risk)) {
              risks.add(risk);
            }
          }
        });
  }
}
