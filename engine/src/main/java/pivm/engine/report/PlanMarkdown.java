package pivm.engine.report;

import java.util.List;
import pivm.engine.plan.Change;
import pivm.engine.plan.FieldChange;
import pivm.engine.rails.Verdict;

/** A plan as Markdown, as for a comment in a code review. */
public final class PlanMarkdown {

  public static String of(PlanReport report) {
    var text = new StringBuilder();
    text.append("## Plan ").append(report.id()).append("\n\n");
    text.append(PlanWords.totals(report.summary())).append(" · ");
    text.append(PlanWords.seen(report.seen())).append("\n");
    if (!report.changes().isEmpty()) {
      Table.Builder changes = Table.of("", "Guest", "Field", "From", "To", "Effect");
      report.changes().forEach(change -> change(changes, change));
      text.append('\n').append(changes.build().markdown());
    }
    if (!report.verdicts().isEmpty()) {
      Table.Builder rails = Table.of("Rail", "Step", "Result", "Why");
      report.verdicts().forEach(verdict -> verdict(rails, verdict));
      text.append("\n### Rails\n\n").append(rails.build().markdown());
    }
    list(
        text,
        "To confirm",
        report.confirmations().stream()
            .map(one -> "`" + one.id() + "` " + one.question())
            .toList());
    list(
        text,
        "Unknown",
        report.unknown().stream().map(one -> one.subject() + ": " + one.reason()).toList());
    list(text, "In no manifest", report.foreign());
    return text.toString();
  }

  private static void change(Table.Builder table, Change change) {
    String sign = "`" + change.action().sign() + "` " + change.action().word();
    String title = PlanWords.title(change);
    if (change.fields().isEmpty()) {
      table.row(sign, title, "", "", "", String.join("; ", change.notes()));
    }
    for (FieldChange field : change.fields()) {
      table.row(
          sign,
          title,
          field.path(),
          field.from() == null ? "" : field.from(),
          field.to() == null ? "" : field.to(),
          PlanWords.effect(field));
    }
  }

  private static void verdict(Table.Builder table, Verdict verdict) {
    table.row(
        verdict.rail().word(),
        verdict.step() == null ? "" : verdict.step(),
        verdict.result().word(),
        verdict.message());
  }

  private static void list(StringBuilder text, String title, List<String> entries) {
    if (!entries.isEmpty()) {
      text.append("\n### ").append(title).append("\n\n");
      entries.forEach(entry -> text.append("- ").append(entry).append('\n'));
    }
  }

  private PlanMarkdown() {}
}
