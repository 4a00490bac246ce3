package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import pivm.engine.guest.GuestImport;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.manifest.ManifestEditor;
import pivm.engine.manifest.ManifestWriter;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.plan.Counted;
import pivm.proxmox.json.Json;

/**
 * {@code pivm import}: writes guests that are there into a manifest. Changes nothing on Proxmox.
 */
final class ImportCommand implements Command {

  @Override
  public void declare(Options options) {
    options
        .parameters("VMID", 0, Integer.MAX_VALUE, "guests to adopt; default: all foreign ones")
        .flag("--minimal", "declare identity and sizes only")
        .flag("--print", "print the entries, write nothing")
        .connection()
        .manifest();
  }

  @Override
  public Exit run(Call call) throws IOException {
    Manifests manifests = Manifests.of(call);
    Set<Integer> declared = GuestListCommand.declared(call);
    Inventory inventory;
    try (Connection connection = Connection.open(call)) {
      inventory = connection.observer().observe(ObservationRequest.everything());
      Sight.warn(call, inventory, connection.user());
    }
    GuestImport.Form form =
        call.parsed().has("--minimal") ? GuestImport.Form.MINIMAL : GuestImport.Form.COMPLETE;
    var entries = new ArrayList<Json.Obj>();
    var left = new ArrayList<String>();
    for (ObservedGuest guest : chosen(call, inventory, declared)) {
      if (guest.config() == null) {
        left.add(guest.subject() + ": its configuration could not be read");
        continue;
      }
      GuestImport.Entry entry = GuestImport.entry(guest, inventory.cluster(), form);
      entries.add(entry.json());
      entry.notes().forEach(note -> call.say("note: " + note));
    }
    left.forEach(line -> call.shell().err().println("left out: " + line));
    write(call, manifests, entries);
    return left.isEmpty() ? Exit.DONE : Exit.PARTLY_DONE;
  }

  private static List<ObservedGuest> chosen(Call call, Inventory inventory, Set<Integer> declared) {
    List<Integer> named = call.parsed().vmids();
    if (named.isEmpty()) {
      return inventory.guests().values().stream()
          .filter(guest -> !declared.contains(guest.vmid()))
          .toList();
    }
    var chosen = new ArrayList<ObservedGuest>();
    for (int vmid : named) {
      ObservedGuest guest = inventory.guest(vmid);
      if (guest == null) {
        throw new Failure(
            Exit.FAILED,
            List.of("There is no guest " + vmid + ".", "All that are there: pivm guest list"),
            null);
      }
      if (declared.contains(vmid)) {
        call.say(guest.subject() + " is in a manifest already.");
      } else {
        chosen.add(guest);
      }
    }
    return chosen;
  }

  private static void write(Call call, Manifests manifests, List<Json.Obj> entries)
      throws IOException {
    if (call.parsed().has("--print")) {
      call.output().text(ManifestWriter.manifest(entries));
      return;
    }
    Path file = manifests.main();
    if (!entries.isEmpty()) {
      String text = Files.exists(file) ? Files.readString(file) : "[]\n";
      SafeFile.write(file, ManifestEditor.addAll(text, entries));
    }
    if (call.output().json()) {
      call.output()
          .json(
              Json.object()
                  .put("manifest", file.toString())
                  .put(
                      "imported", Json.array(entries.stream().map(one -> one.get("vmid")).toList()))
                  .build());
    } else {
      call.output()
          .line(
              entries.isEmpty()
                  ? "Nothing to import: every guest that can be seen is in a manifest."
                  : "Imported "
                      + Counted.of(entries.size(), "guest")
                      + " into "
                      + call.shell().relative(file)
                      + ". Next: pivm plan, which shows no differences.");
    }
  }
}
