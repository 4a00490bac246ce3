package pivm.cli;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.Event;
import pivm.engine.execution.EventListener;
import pivm.engine.execution.StepResult;
import pivm.engine.plan.Counted;
import pivm.engine.report.Printable;

/** Events as lines, one each. */
record EventLines(PrintStream to) implements EventListener {

  @Override
  public void on(Event event) {
    String line = line(event);
    if (line != null) {
      to.println(line);
    }
  }

  /** The event in words; null for what is only shown live. */
  static @Nullable String line(Event event) {
    return switch (event) {
      case Event.RunStarted start ->
          "Run " + start.run() + ": " + Counted.of(start.steps(), "step");
      case Event.StepStarted start -> "… " + start.step() + " on " + start.node();
      case Event.StepLog _, Event.StepProgress _ -> null;
      case Event.Waiting waiting -> "… " + waiting.step() + " waits: " + waiting.reason();
      case Event.StepEnded end -> ended(end.result());
      case Event.StepSkipped skipped -> ended(skipped.result());
      case Event.RunEnded end ->
          "Run "
              + end.result().word()
              + ": "
              + end.result().count(StepResult.Status.DONE)
              + " of "
              + Counted.of(end.result().steps().size(), "step")
              + " done in "
              + Units.seconds(end.took());
    };
  }

  static String ended(StepResult result) {
    String message = result.message().isEmpty() ? "" : ": " + Printable.text(result.message());
    return switch (result.status()) {
      case DONE -> "✓ " + result.step() + "  " + Units.seconds(result.took());
      case FAILED, UNSETTLED -> "✗ " + result.step() + " " + result.status().word() + message;
      case REFUSED, SKIPPED, CANCELLED ->
          "- " + result.step() + " " + result.status().word() + message;
    };
  }
}
