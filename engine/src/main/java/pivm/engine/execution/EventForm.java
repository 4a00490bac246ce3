package pivm.engine.execution;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import pivm.proxmox.json.Json;

/** The JSON form of events: what {@code apply --json} prints, one object a line. */
public final class EventForm {

  private EventForm() {}

  public static Json.Obj write(Event event) {
    Json.Builder form = Json.object();
    return switch (event) {
      case Event.RunStarted start ->
          begin(form, "run-started", event)
              .put("run", start.run())
              .put("plan", start.plan())
              .put("steps", start.steps())
              .build();
      case Event.StepStarted start ->
          begin(form, "step-started", event)
              .put("step", start.step())
              .put("node", start.node())
              .put("command", start.command())
              .build();
      case Event.StepLog log ->
          begin(form, "step-log", event).put("step", log.step()).put("line", log.line()).build();
      case Event.Waiting waiting ->
          begin(form, "waiting", event)
              .put("step", waiting.step())
              .put("reason", waiting.reason())
              .build();
      case Event.StepProgress progress ->
          begin(form, "step-progress", event)
              .put("step", progress.step())
              .put("done", progress.done())
              .put("total", progress.total())
              .put("unit", progress.unit().name().toLowerCase(Locale.ROOT))
              .build();
      case Event.StepEnded end -> step(begin(form, "step-ended", event), end.result()).build();
      case Event.StepSkipped skipped ->
          step(begin(form, "step-skipped", event), skipped.result()).build();
      case Event.RunEnded end ->
          run(begin(form, "run-ended", event), end.result())
              .put("seconds", seconds(end.took()))
              .build();
    };
  }

  private static Json.Builder begin(Json.Builder form, String word, Event event) {
    return form.put("event", word).put("at", event.at().toString());
  }

  private static Json.Builder run(Json.Builder form, RunResult result) {
    return form.put("run", result.run())
        .put("result", result.word())
        .put("interrupted", result.interrupted())
        .put("steps", Json.array(steps(result)));
  }

  private static List<Json.Obj> steps(RunResult result) {
    return result.steps().stream().map(step -> step(Json.object(), step).build()).toList();
  }

  private static Json.Builder step(Json.Builder form, StepResult result) {
    return form.put("step", result.step())
        .put("result", result.status().word())
        .put("message", result.message())
        .put("seconds", seconds(result.took()));
  }

  private static Json seconds(Duration took) {
    return new Json.Num(Double.toString(took.toMillis() / 1000.0));
  }
}
