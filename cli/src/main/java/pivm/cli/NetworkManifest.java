package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Keys;
import pivm.engine.manifest.DesiredNetwork;
import pivm.engine.manifest.Finding;
import pivm.engine.manifest.NetworkReader;

/** Finds and reads the manifest of the nodes' networks. */
final class NetworkManifest {
  static final String FILE = "network/host/proxmox_network_state.json";

  /**
   * The file; null where there is none.
   *
   * @param alone whether networks are all that a call is about, so that {@code --manifest} names
   *     their manifest
   */
  static @Nullable Path find(Call call, boolean alone) {
    Path folder = call.shell().directory();
    String named = call.settings().text(Keys.MANIFEST);
    String set = call.settings().text(Keys.NETWORK_MANIFEST);
    Path place = named == null ? null : folder.resolve(named);
    if (alone && place != null && Files.isRegularFile(place)) {
      return place;
    }
    if (set != null) {
      return folder.resolve(set);
    }
    if (place == null) {
      place = tree(call);
    }
    Path file = place.resolve(FILE);
    return Files.isRegularFile(file) ? file : null;
  }

  private static Path tree(Call call) {
    Path tree = call.shell().tree();
    String installed = call.settings().text(Keys.INSTALL_DIR);
    return tree != null ? tree : installed == null ? call.shell().home() : Path.of(installed);
  }

  /**
   * Reads it, with all that is wrong; null where there is none.
   *
   * @throws Failure when it can't be read
   */
  static NetworkReader.@Nullable Result read(Call call, boolean alone) {
    Path file = find(call, alone);
    if (file == null) {
      return null;
    }
    try {
      return NetworkReader.read(call.shell().relative(file), Files.readString(file));
    } catch (IOException unreadable) {
      throw new Failure(
          Exit.BAD_MANIFEST,
          List.of(
              "The manifest "
                  + call.shell().relative(file)
                  + " can't be read: "
                  + Errors.why(unreadable)
                  + ". Nothing was changed."),
          unreadable);
    }
  }

  /**
   * What is declared; nothing where there is no manifest, unless networks are all that a call is
   * about.
   *
   * @throws Failure when something is wrong, with every finding
   */
  static DesiredNetwork desired(Call call, boolean alone) {
    NetworkReader.Result result = read(call, alone);
    if (result == null && alone) {
      throw new Failure(
          Exit.BAD_MANIFEST,
          List.of(
              "There is no network manifest " + FILE + " in this folder's tree.",
              "--manifest names another one; docs/network.md shows what it says."),
          null);
    }
    if (result == null) {
      return DesiredNetwork.NONE;
    }
    if (result.hasErrors()) {
      var lines = new ArrayList<>(result.findings().stream().map(Finding::toString).toList());
      lines.add("Nothing was changed. Check again with: pivm validate");
      throw new Failure(Exit.BAD_MANIFEST, lines, null);
    }
    result.findings().forEach(finding -> call.say("warning: " + finding));
    return result.network();
  }

  private NetworkManifest() {}
}
