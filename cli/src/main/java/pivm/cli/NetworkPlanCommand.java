package pivm.cli;

import java.io.IOException;
import java.util.List;
import pivm.engine.pipeline.Planned;
import pivm.engine.plan.NetworkOperation;
import pivm.engine.plan.Step;

/** {@code pivm network plan}: what differs, checked, and Proxmox's own diff of it. */
final class NetworkPlanCommand implements Command {

  @Override
  public void declare(Options options) {
    options
        .flag("--diff", "have Proxmox write its own diff of it, and take it back at once")
        .flag("--detailed-exitcode", "exit 2 when there are differences, 3 when a rail blocks")
        .flag("--commands", "list the commands on a node that would do the same")
        .value("--seconds", "N", "how long there is to confirm it (default 90)")
        .connection()
        .manifest();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    try (Workplace work = Workplace.open(call, Kinds.of(List.of(Kinds.NETWORK)))) {
      Planned planned = work.plan(NetworkApplyCommand.noGuests());
      PlanCommand.remember(call, work, planned);
      PlanView.show(call, planned);
      if (call.parsed().has("--diff")) {
        NetworkApplyCommand.diffs(call, work, planned);
      } else if (staged(planned)) {
        call.say("\nNothing was changed. Next: pivm network apply");
      }
      if (!call.parsed().has("--detailed-exitcode") || PlanView.report(planned).isEmpty()) {
        return Exit.DONE;
      }
      if (planned.reviewed().notPermitted()) {
        return Exit.NOT_PERMITTED;
      }
      return planned.reviewed().blocked() ? Exit.BLOCKED : Exit.DIFFERENCES;
    }
  }

  private static boolean staged(Planned planned) {
    return planned.plan().steps().stream()
        .map(Step::operation)
        .anyMatch(NetworkOperation.class::isInstance);
  }
}
