package pivm.cli;

import java.io.IOException;
import java.util.List;
import pivm.engine.approval.ConsentStore;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.rails.Hold;
import pivm.proxmox.Time;

/** {@code pivm guest hold} and {@code pivm guest release}. */
final class HoldCommand implements Command {
  private final boolean hold;

  HoldCommand(boolean hold) {
    this.hold = hold;
  }

  @Override
  public void declare(Options options) {
    options.parameters("VMID", 1, 1, "the guest").manifest();
  }

  @Override
  public Exit run(Call call) throws IOException {
    int vmid = call.parsed().vmid(0);
    var consents = new ConsentStore(StateFolder.of(call.shell(), call.settings()));
    if (!hold) {
      boolean held = consents.release(vmid);
      call.output().line("Guest " + vmid + (held ? " is released." : " was not held."));
      return Exit.DONE;
    }
    List<DesiredGuest> entries =
        Manifests.desired(call).guests().stream().filter(one -> one.vmid() == vmid).toList();
    if (entries.isEmpty()) {
      throw new Failure(
          Exit.FAILED,
          List.of("Guest " + vmid + " is in no manifest, so it is left alone anyway."),
          null);
    }
    consents.hold(
        new Hold(
            vmid,
            Time.system().now(),
            "held by " + Actors.of(call.shell()).label(),
            Hold.entry(entries.getFirst())));
    call.output()
        .line(
            "Guest "
                + vmid
                + " is held: it is left alone until its entry changes, or pivm guest release "
                + vmid
                + ".");
    return Exit.DONE;
  }
}
