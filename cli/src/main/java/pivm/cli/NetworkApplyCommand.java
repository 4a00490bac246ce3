package pivm.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import pivm.engine.config.Keys;
import pivm.engine.manifest.Desired;
import pivm.engine.network.PendingDiff;
import pivm.engine.network.live.NetworkPreview;
import pivm.engine.pipeline.Planned;
import pivm.engine.plan.NetworkOperation;
import pivm.engine.plan.Step;
import pivm.engine.report.Printable;
import pivm.proxmox.ProxmoxException;

/** {@code pivm network apply}. */
final class NetworkApplyCommand implements Command {

  @Override
  public void declare(Options options) {
    options
        .flag("--dry-run", "show the plan, Proxmox's diff and what the rails say")
        .flag(
            "--confirm-when-reachable",
            "keep a network as soon as its node answers over a new connection")
        .value("--seconds", "N", "how long there is to confirm it (default 90)");
    ApplyFlow.declare(options).manifest();
  }

  /** Networks are compared alone. */
  static Desired noGuests() {
    return new Desired(List.of());
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    try (Workplace work = Workplace.open(call, Kinds.of(List.of(Kinds.NETWORK)))) {
      var flow = new ApplyFlow(call, work, () -> work.plan(noGuests()));
      boolean dry = call.parsed().has("--dry-run") || call.settings().flag(Keys.DRY_RUN);
      if (dry) {
        Exit exit = flow.dryRun();
        diffs(call, work, work.plan(noGuests()));
        return exit;
      }
      Planned planned = work.plan(noGuests());
      if (!onlyShellMissing(planned)) {
        if (!planned.reviewed().blocked()) {
          diffs(call, work, planned);
        }
        return flow.apply(() -> work.plan(noGuests()));
      }
      PlanView.show(call, planned);
    }
    return stageOnly(call);
  }

  /** Whether all that keeps it from being applied is that there is no root shell. */
  private static boolean onlyShellMissing(Planned planned) {
    var blocked = planned.reviewed().verdicts().stream().filter(one -> one.isBlocked()).toList();
    return !blocked.isEmpty()
        && blocked.stream().allMatch(one -> one.step() != null && one.step().endsWith("/apply"))
        && planned.reviewed().notPermitted();
  }

  private static Exit stageOnly(Call call) throws InterruptedException {
    var nodes = new ArrayList<String>();
    try (Workplace work = Workplace.openToStage(call)) {
      Planned planned = work.plan(noGuests());
      Exit exit = new ApplyFlow(call, work, () -> planned).runUnasked();
      if (exit != Exit.DONE) {
        return Exit.of(List.of(Exit.NOT_PERMITTED, exit));
      }
      for (Step step : planned.plan().steps()) {
        if (step.operation() instanceof NetworkOperation.Stage stage && !stage.calls().isEmpty()) {
          nodes.add(stage.node());
          String pending = NetworkPreview.pending(work.network(), stage.node());
          if (pending != null) {
            show(call, stage.node(), PendingDiff.lines(pending));
          }
        }
      }
    }
    call.say(
        "\nNothing is in use yet: applying takes a root shell on the node, so that it can go back by"
            + " itself. The changes wait on "
            + String.join(", ", nodes)
            + ", and a reboot there would take them into use without a way back.");
    call.say("Next: pivm network apply on the node as root, or to take them back:");
    nodes.forEach(node -> call.say("  pvesh delete /nodes/" + node + "/network"));
    return Exit.NOT_PERMITTED;
  }

  /** Proxmox's own diff of what each node would get. */
  static void diffs(Call call, Workplace work, Planned planned) throws InterruptedException {
    for (Step step : planned.plan().steps()) {
      if (step.operation() instanceof NetworkOperation.Stage stage && !stage.calls().isEmpty()) {
        try {
          show(call, stage.node(), NetworkPreview.of(work.network(), stage));
        } catch (ProxmoxException | NetworkPreview.Impossible cannot) {
          call.say("warning: no diff of " + stage.node() + ": " + cannot.getMessage());
        }
      }
    }
  }

  private static void show(Call call, String node, List<String> diff) {
    if (call.output().json()) {
      return;
    }
    call.output().line("");
    call.output().line("Proxmox's diff on " + node);
    diff.forEach(
        line -> call.output().line("    " + Printable.line(line.replace("\t", "        "))));
  }
}
