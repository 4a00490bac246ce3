package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import pivm.engine.guest.SingleAction;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.ManifestEditor;

/**
 * {@code pivm guest remove}: destroys a guest with its pre-flight check, and takes its entry out.
 */
final class GuestRemoveCommand implements Command {

  @Override
  public void declare(Options options) {
    options.parameters("VMID", 1, 1, "the guest");
    ApplyFlow.declare(options).manifest();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    int vmid = call.parsed().vmid(0);
    Desired desired = Manifests.desired(call);
    try (Workplace work = Workplace.open(call)) {
      Exit exit = GuestActionCommand.act(call, work, desired, vmid, new SingleAction.Destroy());
      Path file = exit == Exit.DONE ? Manifests.of(call).declaring(vmid) : null;
      if (file != null) {
        SafeFile.write(file, ManifestEditor.remove(Files.readString(file), vmid));
        call.say("Its entry was taken out of " + call.shell().relative(file) + ".");
      }
      return exit;
    }
  }
}
