package pivm.cli;

import java.io.IOException;
import java.util.List;
import java.util.TreeSet;
import pivm.engine.image.ImageState;
import pivm.engine.inventory.Inventory;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.DesiredImages;
import pivm.engine.observation.ObservationRequest;
import pivm.engine.report.Table;
import pivm.proxmox.json.Json;

/** {@code pivm images list}: what is declared, what is there, what is newest, who uses it. */
final class ImagesListCommand implements Command {

  @Override
  public void declare(Options options) {
    options.connection().manifest();
  }

  @Override
  public Exit run(Call call) throws IOException, InterruptedException {
    DesiredImages declared = ImageManifests.desired(call);
    Desired guests = Manifests.desired(call);
    List<ImageState> states;
    try (Connection connection = Connection.open(call)) {
      Inventory inventory = connection.observer().observe(ObservationRequest.of(new TreeSet<>()));
      Sight.warn(call, inventory, connection.user());
      var parts =
          new ImageParts(
              call,
              connection.proxmox(),
              StateFolder.of(call.shell(), call.settings()),
              pivm.proxmox.command.NodeShell.none());
      states = parts.kind(declared).withUses(inventory).states(guests, inventory);
    }
    if (call.output().json()) {
      call.output().json(Json.array(states.stream().map(ImagesListCommand::form).toList()));
    } else if (states.isEmpty()) {
      call.output().line("No image is declared. Declare some in " + ImageManifests.PLACE + ".");
    } else {
      show(call, states);
    }
    return Exit.DONE;
  }

  private static void show(Call call, List<ImageState> states) {
    Table.Builder table =
        Table.of("Image", "State", "Version", "Newest", "File", "Where", "Size", "Used by", "Note");
    for (ImageState one : states) {
      table.row(
          one.os(),
          one.state().word(),
          one.version(),
          one.newest(),
          one.volume(),
          one.place(),
          Units.bytes(one.size()),
          String.join(", ", one.usedBy()),
          one.note());
    }
    call.output().table(table.build());
  }

  private static Json form(ImageState one) {
    return Json.object()
        .put("image", one.os())
        .put("state", one.state().word())
        .put("version", one.version())
        .put("newest", one.newest())
        .put("volume", one.volume())
        .put("place", one.place())
        .put("size", one.size() == null ? Json.Null.NULL : Json.of(one.size()))
        .put("usedBy", Json.array(one.usedBy().stream().map(Json::of).toList()))
        .put("note", one.note())
        .build();
  }
}
