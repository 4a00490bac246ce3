package pivm.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.history.History;
import pivm.engine.history.JournalRecord;
import pivm.engine.history.Run;
import pivm.engine.report.Printable;
import pivm.engine.report.Table;
import pivm.proxmox.json.Json;

/** {@code pivm history}: past runs, and each step of one. */
final class HistoryCommand implements Command {

  @Override
  public void declare(Options options) {
    options.parameters("RUN", 0, 1, "a run; its last letters are enough");
  }

  @Override
  public Exit run(Call call) {
    var history = new History(StateFolder.of(call.shell(), call.settings()));
    List<String> named = call.parsed().parameters();
    if (named.isEmpty()) {
      call.output().table(table(history.runs()));
      return Exit.DONE;
    }
    Run run =
        history
            .run(named.getFirst())
            .orElseThrow(() ->
                new Failure(
                    Exit.FAILED,
                    List.of(
                        "There is no run " + named.getFirst() + ".", "All of them: pivm history"),
                    null));
    show(call, run);
    return Exit.DONE;
  }

  private static Table table(List<Run> runs) {
    Table.Builder table = Table.of("Run", "Who", "Result", "What");
    for (Run run : runs) {
      JournalRecord.RunStarted start = run.started();
      table.row(
          run.id(),
          start == null ? "" : start.actor(),
          result(run),
          start == null ? "" : String.join(", ", start.changes()));
    }
    return table.build();
  }

  static String result(Run run) {
    JournalRecord.RunEnded end = run.ended();
    return end == null ? "not ended" : end.result();
  }

  private static void show(Call call, Run run) {
    Output output = call.output();
    if (output.json()) {
      output.json(form(run));
      return;
    }
    JournalRecord.RunStarted start = run.started();
    if (start != null) {
      output.line("Run " + run.id() + " of plan " + start.plan() + " by " + start.actor());
      start.changes().forEach(change -> output.line("  " + change));
    }
    for (JournalRecord.Remark remark : run.remarks()) {
      String step = remark.step() == null ? "" : remark.step() + ": ";
      output.line("  " + Printable.line(step + remark.text()));
    }
    Table.Builder table = Table.of("Step", "Result", "Command", "Task", "Why");
    for (Run.StepRecord step : run.steps()) {
      JournalRecord.Outcome outcome = step.outcome();
      table.row(
          step.step(),
          outcome == null ? "in flight" : outcome.result(),
          step.intents().isEmpty() ? "" : step.intents().getLast().command(),
          String.join(", ", step.upids()),
          outcome == null ? "" : outcome.message());
    }
    output.table(table.build());
    output.line("Result: " + result(run));
  }

  private static Json.Obj form(Run run) {
    JournalRecord.RunStarted start = run.started();
    return Json.object()
        .put("run", run.id())
        .put("plan", start == null ? null : start.plan())
        .put("actor", start == null ? null : start.actor())
        .put("result", result(run))
        .put("remarks", Json.array(run.remarks().stream().map(HistoryCommand::form).toList()))
        .put("steps", Json.array(run.steps().stream().map(HistoryCommand::form).toList()))
        .build();
  }

  private static Json.Obj form(JournalRecord.Remark remark) {
    return Json.object().put("step", remark.step()).put("text", remark.text()).build();
  }

  private static Json.Obj form(Run.StepRecord step) {
    JournalRecord.@Nullable Outcome outcome = step.outcome();
    return Json.object()
        .put("step", step.step())
        .put("result", outcome == null ? null : outcome.result())
        .put("message", outcome == null ? null : outcome.message())
        .put("command", step.intents().isEmpty() ? null : step.intents().getLast().command())
        .put("tasks", Json.array(step.upids().stream().map(Json.Str::new).toList()))
        .put(
            "log",
            Json.array(
                outcome == null ? List.of() : outcome.log().stream().map(Json.Str::new).toList()))
        .build();
  }
}
