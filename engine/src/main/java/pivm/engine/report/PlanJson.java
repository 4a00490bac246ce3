package pivm.engine.report;

import java.util.List;
import pivm.engine.inventory.Unknown;
import pivm.engine.plan.Change;
import pivm.engine.plan.FieldChange;
import pivm.engine.rails.Confirmation;
import pivm.engine.rails.Verdict;
import pivm.proxmox.json.Json;

/** The JSON form of a plan, which other programs rely on. */
public final class PlanJson {

  public static Json.Obj of(PlanReport report) {
    return Json.object()
        .put("format", PlanReport.FORMAT)
        .put("id", report.id())
        .put("summary", summary(report.summary()))
        .put("changes", Json.array(report.changes().stream().map(PlanJson::change).toList()))
        .put("steps", Json.array(report.steps().stream().map(PlanJson::step).toList()))
        .put("verdicts", Json.array(report.verdicts().stream().map(PlanJson::verdict).toList()))
        .put(
            "confirmations",
            Json.array(report.confirmations().stream().map(PlanJson::confirmation).toList()))
        .put("foreign", texts(report.foreign()))
        .put("unknown", Json.array(report.unknown().stream().map(PlanJson::unknown).toList()))
        .build();
  }

  private static Json.Obj summary(PlanReport.Summary summary) {
    return Json.object()
        .put("create", summary.create())
        .put("change", summary.change())
        .put("destroy", summary.destroy())
        .put("start", summary.start())
        .put("stop", summary.stop())
        .put("blocked", summary.blocked())
        .put("confirm", summary.confirm())
        .put("unknown", summary.unknown())
        .build();
  }

  private static Json.Obj change(Change change) {
    Json.Builder object = Json.object().put("kind", change.kind());
    if (change.vmid() == null) {
      object.put("name", change.subject());
    } else {
      object.put("vmid", change.vmid());
    }
    return object
        .put("subject", change.subject())
        .put("node", change.node())
        .put("action", change.action().word())
        .put("reason", change.reason())
        .put("fields", Json.array(change.fields().stream().map(PlanJson::field).toList()))
        .put("notes", texts(change.notes()))
        .build();
  }

  private static Json.Obj field(FieldChange field) {
    return Json.object()
        .put("path", field.path())
        .put("from", field.from())
        .put("to", field.to())
        .put("effect", field.effect().word())
        .put("why", field.why())
        .build();
  }

  private static Json.Obj step(PlanReport.StepLine step) {
    return Json.object()
        .put("id", step.id())
        .put("after", texts(step.after()))
        .put("command", step.command())
        .build();
  }

  private static Json.Obj verdict(Verdict verdict) {
    return Json.object()
        .put("rail", verdict.rail().word())
        .put("step", verdict.step())
        .put("result", verdict.result().word())
        .put("message", verdict.message())
        .build();
  }

  private static Json.Obj confirmation(Confirmation confirmation) {
    return Json.object()
        .put("id", confirmation.id())
        .put("subject", confirmation.subject())
        .put("question", confirmation.question())
        .put("steps", texts(List.copyOf(confirmation.steps())))
        .build();
  }

  private static Json.Obj unknown(Unknown unknown) {
    return Json.object().put("subject", unknown.subject()).put("reason", unknown.reason()).build();
  }

  private static Json.Arr texts(List<String> texts) {
    return Json.array(texts.stream().map(Json.Str::new).toList());
  }

  private PlanJson() {}
}
