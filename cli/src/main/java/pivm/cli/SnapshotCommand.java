package pivm.cli;

import java.io.IOException;
import java.util.List;
import pivm.engine.guest.SingleAction;
import pivm.engine.manifest.Desired;

/** {@code pivm snapshot}. */
final class SnapshotCommand implements Command {

  @Override
  public void declare(Options options) {
    options
        .parameters("VMID NAME", 2, 2, "the guest, and the snapshot's name")
        .value("--description", "TEXT", "kept with the snapshot")
        .flag("--delete", "delete it instead");
    ApplyFlow.declare(options).manifest();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    int vmid = call.parsed().vmid(0);
    List<String> words = call.parsed().parameters();
    String name = words.get(1);
    if (!name.matches("[A-Za-z][A-Za-z0-9_-]{1,39}")) {
      throw call.parsed()
          .usage(
              "NAME is "
                  + name
                  + "; it must begin with a letter and hold letters, digits, - and _, 2 to 40");
    }
    Desired desired = Manifests.desired(call);
    SingleAction action =
        call.parsed().has("--delete")
            ? new SingleAction.DeleteSnapshot(name)
            : new SingleAction.Snapshot(name, call.parsed().text("--description", ""));
    try (Workplace work = Workplace.open(call)) {
      return GuestActionCommand.act(call, work, desired, vmid, action);
    }
  }
}
