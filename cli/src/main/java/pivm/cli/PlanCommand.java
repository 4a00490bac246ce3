package pivm.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.SequencedSet;
import pivm.engine.pipeline.Planned;
import pivm.engine.report.PlanHtml;
import pivm.engine.report.PlanJson;
import pivm.engine.report.PlanReport;
import pivm.proxmox.json.JsonText;

/** {@code pivm plan}. */
final class PlanCommand implements Command {

  @Override
  public void declare(Options options) {
    options
        .parameters("KIND", 0, Integer.MAX_VALUE, "guests, images, network; default: all kinds")
        .flag(
            "--detailed-exitcode",
            "exit 2 when there are differences, 3 when a rail blocks, 5 when something can't be seen")
        .flag("--commands", "list the commands on a node that would do the same")
        .value("--html", "FILE", "write the plan as a page for a browser as well")
        .value("--save", "FILE", "keep the plan as JSON, for pivm apply FILE")
        .connection()
        .manifest();
  }

  /** A plan can be looked at without a place to keep anything; its ids are of no use then. */
  static void remember(Call call, Workplace work, Planned planned) {
    var open = planned.reviewed().openConfirmations();
    if (open.isEmpty()) {
      return;
    }
    try {
      work.consents().asked(open, work.around().time().now());
    } catch (UncheckedIOException unwritable) {
      call.say("warning: the ids under To confirm can't be used: " + unwritable.getMessage() + ".");
    }
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    SequencedSet<String> kinds = Kinds.named(call, call.parsed().parameters(), Kinds.toPlan());
    Planned planned;
    try (Workplace work = Workplace.open(call, kinds)) {
      planned = work.plan(Manifests.desired(call));
      remember(call, work, planned);
    }
    PlanView.show(call, planned);
    PlanReport report = PlanView.report(planned);
    String page = call.parsed().text("--html");
    if (page != null) {
      SafeFile.write(call.shell().directory().resolve(page), PlanHtml.of(report));
      call.say("Written as a page: " + page);
    }
    String file = call.parsed().text("--save");
    if (file != null) {
      SafeFile.write(
          call.shell().directory().resolve(file), JsonText.write(PlanJson.of(report)) + "\n");
      call.say("Saved as " + file + ". Next: pivm apply " + file);
    } else if (call.format() == Call.Format.TABLE && !report.isEmpty()) {
      call.say("\nNothing was changed. " + PlanView.next(planned));
    }
    if (!call.parsed().has("--detailed-exitcode")) {
      return Exit.DONE;
    }
    if (report.isEmpty()) {
      return ApplyFlow.leftOut(planned) ? Exit.PARTLY_DONE : Exit.DONE;
    }
    if (planned.reviewed().notPermitted()) {
      return Exit.NOT_PERMITTED;
    }
    return planned.reviewed().blocked() ? Exit.BLOCKED : Exit.DIFFERENCES;
  }
}
