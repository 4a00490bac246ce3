package pivm.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.guest.GuestImport;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.Finding;
import pivm.engine.manifest.ManifestReader;
import pivm.engine.manifest.ManifestWriter;

/**
 * A guest that no manifest declares, as it would be declared with a command line's fields changed.
 * The entry is made once, so that afterwards it tells whether the guest has become so.
 */
final class DirectChange {
  private final Call call;
  private final int vmid;
  private @Nullable DesiredGuest made;

  DirectChange(Call call, int vmid) {
    this.call = call;
    this.vmid = vmid;
  }

  /**
   * @throws Failure when the guest can't be seen, or a field is wrong
   */
  DesiredGuest entry(Inventory inventory) {
    DesiredGuest entry = made == null ? make(inventory) : made;
    made = entry;
    return entry;
  }

  private DesiredGuest make(Inventory inventory) {
    ObservedGuest guest = inventory.guest(vmid);
    if (guest == null || guest.config() == null) {
      throw new Failure(
          Exit.FAILED,
          List.of(
              guest == null
                  ? "There is no guest " + vmid + " that could be seen."
                  : guest.subject() + ": its configuration could not be read.",
              "All that are there: pivm guest list"),
          null);
    }
    var entry = GuestImport.entry(guest, inventory.cluster(), GuestImport.Form.COMPLETE);
    String text =
        GuestAddCommand.edited(call, ManifestWriter.manifest(List.of(entry.json())), vmid);
    ManifestReader.Result result =
        ManifestReader.read(
            List.of(new ManifestReader.Source("guest " + vmid, text)), NewerKeys.of(call));
    if (result.hasErrors() || result.desired().guest(vmid) == null) {
      var lines =
          new ArrayList<>(
              result.findings().stream()
                  .filter(SettingsOfCall::isError)
                  .map(Finding::message)
                  .toList());
      lines.add("Nothing was changed.");
      throw new Failure(Exit.BAD_MANIFEST, lines, null);
    }
    return result.desired().guests().getFirst();
  }
}
