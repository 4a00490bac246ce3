package pivm.engine.history;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import pivm.engine.rails.Rail;
import pivm.engine.rails.Verdict;
import pivm.proxmox.json.Json;

/** The JSON form of journal records. Members are only ever added; readers skip what is unknown. */
final class RecordForm {

  private RecordForm() {}

  static Json.Obj write(JournalRecord journalRecord) {
    Json.Builder form = Json.object().put("at", journalRecord.at().toString());
    return switch (journalRecord) {
      case JournalRecord.RunStarted start ->
          form.put("record", "run-started")
              .put("run", start.run())
              .put("plan", start.plan())
              .put("actor", start.actor())
              .putIfPresent("user", start.user())
              .put("version", start.version())
              .putIfPresent("cluster", start.cluster())
              .put("changes", texts(start.changes()))
              .put("verdicts", verdicts(start.verdicts()))
              .build();
      case JournalRecord.Intent intent ->
          form.put("record", "intent")
              .put("step", intent.step())
              .put("attempt", intent.attempt())
              .put("operation", OperationForm.write(intent.operation()))
              .put("node", intent.node())
              .putIfPresent("digest", intent.digest())
              .put("command", intent.command())
              .build();
      case JournalRecord.TaskKnown task ->
          form.put("record", "task").put("step", task.step()).put("upid", task.upid()).build();
      case JournalRecord.Mark mark ->
          form.put("record", "mark").put("step", mark.step()).put("text", mark.text()).build();
      case JournalRecord.Settled settled ->
          form.put("record", "settled")
              .put("step", settled.step())
              .put("decision", settled.decision())
              .put("evidence", settled.evidence())
              .build();
      case JournalRecord.Outcome outcome ->
          form.put("record", "outcome")
              .put("step", outcome.step())
              .put("result", outcome.result())
              .put("message", outcome.message())
              .put("log", texts(outcome.log()))
              .build();
      case JournalRecord.Remark remark ->
          form.put("record", "remark")
              .putIfPresent("step", remark.step())
              .put("text", remark.text())
              .build();
      case JournalRecord.Removing removing ->
          form.put("record", "removing")
              .put("step", removing.step())
              .put("fingerprint", removing.fingerprint())
              .build();
      case JournalRecord.RunEnded end ->
          form.put("record", "run-ended")
              .put("result", end.result())
              .put("message", end.message())
              .build();
    };
  }

  /**
   * Reads a record.
   *
   * @return null for a record that this version does not know
   * @throws RuntimeException when it is damaged
   */
  static @Nullable JournalRecord read(Json.Obj form) {
    Instant at = Instant.parse(form.text("at", ""));
    String step = form.text("step", "");
    return switch (form.text("record", "")) {
      case "run-started" ->
          new JournalRecord.RunStarted(
              at,
              form.text("run", ""),
              form.text("plan", ""),
              form.text("actor", ""),
              form.text("user"),
              form.text("version", ""),
              form.text("cluster"),
              texts(form.get("changes")),
              verdicts(form.get("verdicts")));
      case "intent" ->
          new JournalRecord.Intent(
              at,
              step,
              (int) form.integer("attempt", 1),
              OperationForm.read(form.get("operation").asObject()),
              form.text("node", ""),
              form.text("digest"),
              form.text("command", ""));
      case "task" -> new JournalRecord.TaskKnown(at, step, form.text("upid", ""));
      case "mark" -> new JournalRecord.Mark(at, step, form.text("text", ""));
      case "settled" ->
          new JournalRecord.Settled(at, step, form.text("decision", ""), form.text("evidence", ""));
      case "outcome" ->
          new JournalRecord.Outcome(
              at, step, form.text("result", ""), form.text("message", ""), texts(form.get("log")));
      case "remark" -> new JournalRecord.Remark(at, form.text("step"), form.text("text", ""));
      case "removing" -> new JournalRecord.Removing(at, step, form.text("fingerprint", ""));
      case "run-ended" ->
          new JournalRecord.RunEnded(at, form.text("result", ""), form.text("message", ""));
      default -> null;
    };
  }

  private static Json verdicts(List<Verdict> verdicts) {
    List<Json> forms = new ArrayList<>();
    for (Verdict verdict : verdicts) {
      forms.add(
          Json.object()
              .put("rail", verdict.rail().word())
              .putIfPresent("step", verdict.step())
              .put("result", verdict.result().word())
              .put("message", verdict.message())
              .build());
    }
    return Json.array(forms);
  }

  private static List<Verdict> verdicts(Json array) {
    List<Verdict> verdicts = new ArrayList<>();
    for (Json.Obj form : array.objects()) {
      for (Rail rail : Rail.values()) {
        if (rail.word().equals(form.text("rail"))) {
          verdicts.add(
              new Verdict(
                  rail,
                  form.text("step"),
                  Verdict.Result.valueOf(form.text("result", "blocked").toUpperCase(Locale.ROOT)),
                  form.text("message", "")));
        }
      }
    }
    return verdicts;
  }

  private static Json texts(List<String> texts) {
    return Json.array(texts.stream().map(Json::of).toList());
  }

  private static List<String> texts(Json array) {
    return array.elements().stream().map(value -> String.valueOf(value.asText())).toList();
  }
}
