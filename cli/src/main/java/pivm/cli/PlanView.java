package pivm.cli;

import java.time.Instant;
import java.util.List;
import pivm.engine.pipeline.Planned;
import pivm.engine.rails.Preflight;
import pivm.engine.rails.PreflightText;
import pivm.engine.report.PlanJson;
import pivm.engine.report.PlanMarkdown;
import pivm.engine.report.PlanReport;
import pivm.engine.report.PlanText;

/** Shows judged plans. */
final class PlanView {

  static PlanReport report(Planned planned) {
    return PlanReport.of(planned.reviewed(), planned.inventory(), planned.took());
  }

  /** Writes the plan and the pre-flight checks that go with it. */
  static void show(Call call, Planned planned) {
    PlanReport report = report(planned);
    Output output = call.output();
    switch (call.format()) {
      case JSON -> output.json(PlanJson.of(report));
      case MARKDOWN -> output.text(PlanMarkdown.of(report));
      case TABLE -> {
        boolean commands = call.parsed().has("--commands");
        output.text(PlanText.of(report, output.width(), output.style(), commands));
        for (Preflight check : planned.preflights().values()) {
          output.text("\n" + preflight(check));
        }
      }
    }
  }

  static String preflight(Preflight check) {
    List<String> lines = PreflightText.lines(check, Instant.now());
    return String.join("\n", lines) + "\n";
  }

  private PlanView() {}

  /** What a person can do next. */
  static String next(Planned planned) {
    if (planned.reviewed().notPermitted()) {
      return "Next: grant what is missing (✗ above), or use a token that may do it, and plan again.";
    }
    return planned.reviewed().blocked()
        ? "A rail blocks it (✗ above). Next: mend that and plan again; pivm apply --skip-blocked does"
            + " what does not depend on it."
        : "Next: pivm apply";
  }
}
