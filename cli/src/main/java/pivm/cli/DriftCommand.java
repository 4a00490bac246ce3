package pivm.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import pivm.engine.pipeline.Planned;
import pivm.engine.plan.Change;
import pivm.engine.plan.FieldChange;
import pivm.engine.report.Table;

/** {@code pivm drift}: what differs, field by field. */
final class DriftCommand implements Command {

  @Override
  public void declare(Options options) {
    options
        .flag("--detailed-exitcode", "exit 2 when there are differences")
        .connection()
        .manifest();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    Planned planned;
    try (Workplace work = Workplace.open(call, Kinds.of(Kinds.toPlan()))) {
      planned = work.plan(Manifests.desired(call));
    }
    Table.Builder table = Table.of("Guest", "Node", "Field", "Is", "Declared", "Effect");
    for (Change change : planned.plan().changes()) {
      String node = change.node() == null ? "" : change.node();
      if (change.fields().isEmpty()) {
        table.row(change.subject(), node, "", "", change.action().word(), "");
      }
      for (FieldChange field : change.fields()) {
        table.row(
            change.subject(),
            node,
            field.path(),
            shown(field, field.from()),
            shown(field, field.to()),
            field.effect().word());
      }
    }
    boolean none = planned.plan().changes().isEmpty();
    if (none && call.format() == Call.Format.TABLE) {
      call.output().line("No drift: everything declared is as declared.");
    } else {
      call.output().table(table.build());
    }
    return none || !call.parsed().has("--detailed-exitcode") ? Exit.DONE : Exit.DIFFERENCES;
  }

  private static String shown(FieldChange field, @Nullable String value) {
    return value == null ? "" : field.counted(value);
  }
}
