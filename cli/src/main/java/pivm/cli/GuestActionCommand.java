package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.guest.SingleAction;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.ManifestEditor;
import pivm.engine.plan.Plan;
import pivm.proxmox.json.Json;

/**
 * Does one thing to one guest, under the same rails as every plan. Where a manifest declares the
 * guest's state, it is made to say the new one, so that the next plan does not undo it.
 */
final class GuestActionCommand implements Command {

  /** Makes the action of a call. */
  @FunctionalInterface
  interface Making {
    SingleAction action(Call call);
  }

  private static final String STATE = "state";

  private final Making making;
  private final @Nullable String state;

  private GuestActionCommand(Making making, @Nullable String state) {
    this.making = making;
    this.state = state;
  }

  /**
   * @param state what the manifest is made to say afterwards; null to leave it
   */
  static GuestActionCommand of(Making making, @Nullable String state) {
    return new GuestActionCommand(making, state);
  }

  @Override
  public void declare(Options options) {
    options.parameters("VMID", 1, 1, "the guest").value("--timeout", "SECONDS", "default 180");
    ApplyFlow.declare(options).manifest();
  }

  static int timeout(Call call) {
    return call.parsed().number("--timeout", 180, 1, 7200);
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    int vmid = call.parsed().vmid(0);
    Desired desired = Manifests.desired(call);
    try (Workplace work = Workplace.open(call)) {
      Exit exit = act(call, work, desired, vmid, making.action(call));
      if (exit == Exit.DONE && state != null) {
        declare(call, desired, vmid, state);
      }
      return exit;
    }
  }

  /** Plans the action, and carries it out as an apply is. */
  static Exit act(Call call, Workplace work, Desired desired, int vmid, SingleAction action)
      throws InterruptedException {
    return new ApplyFlow(
            call, work, () -> work.plan(desired, vmid, (seen, _) -> plan(call, seen, vmid, action)))
        .apply(null);
  }

  private static Plan plan(Call call, Inventory inventory, int vmid, SingleAction action) {
    ObservedGuest guest = inventory.guest(vmid);
    if (guest == null) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              "There is no guest " + vmid + " that could be seen.",
              "All that are there: pivm guest list"),
          null);
    }
    String settled = action.settled(guest);
    if (settled != null) {
      call.say(settled + ".");
    }
    return action.plan(guest, inventory);
  }

  private static void declare(Call call, Desired desired, int vmid, String state)
      throws IOException {
    boolean managed =
        desired.guests().stream()
            .anyMatch(
                guest -> guest.vmid() == vmid && guest.power() != DesiredGuest.Power.UNMANAGED);
    Path file = managed ? Manifests.of(call).declaring(vmid) : null;
    if (file != null) {
      String text = Files.readString(file);
      String edited = ManifestEditor.set(text, vmid, List.of(STATE), new Json.Str(state));
      if (!edited.equals(text)) {
        SafeFile.write(file, edited);
        call.say(call.shell().relative(file) + " now says \"state\": \"" + state + "\".");
      }
    }
  }
}
