package pivm.cli;

import java.io.IOException;
import java.util.List;
import pivm.engine.guest.SingleAction;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.rails.Hold;

/** {@code pivm rollback}: back to a snapshot; the guest is then left alone until released. */
final class RollbackCommand implements Command {
  static final String SNAPSHOT = "pre_automation_backup";

  @Override
  public void declare(Options options) {
    options
        .parameters("VMID", 1, 1, "the guest")
        .value("--to", "SNAPSHOT", "default " + SNAPSHOT + ", which every change takes first");
    ApplyFlow.declare(options).manifest();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    int vmid = call.parsed().vmid(0);
    String snapshot = call.parsed().text("--to", SNAPSHOT);
    Desired desired = Manifests.desired(call);
    try (Workplace work = Workplace.open(call)) {
      Exit exit =
          GuestActionCommand.act(call, work, desired, vmid, new SingleAction.Rollback(snapshot));
      List<DesiredGuest> entries =
          desired.guests().stream().filter(guest -> guest.vmid() == vmid).toList();
      if (exit == Exit.DONE && !entries.isEmpty()) {
        String by = work.around().actor().label();
        work.consents()
            .hold(
                new Hold(
                    vmid,
                    work.around().time().now(),
                    "rolled back to " + snapshot + " by " + by,
                    Hold.entry(entries.getFirst())));
        call.say(
            "Guest "
                + vmid
                + " is held: it is left alone until its entry changes, or pivm guest release "
                + vmid
                + ".");
      }
      return exit;
    }
  }
}
