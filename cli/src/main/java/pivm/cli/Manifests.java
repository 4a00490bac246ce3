package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Keys;
import pivm.engine.manifest.Desired;
import pivm.engine.manifest.Finding;
import pivm.engine.manifest.KnownKeys;
import pivm.engine.manifest.ManifestReader;

/** Finds and reads the guests' manifests that a call means. */
final class Manifests {
  static final String FOLDER = "compute/guest";
  static final String FILE = "proxmox_dsc_state.json";

  /** They may stand in the same folder, and declare no guests. */
  private static final Set<String> OTHERS = Set.of("proxmox_lxc_autoupdate.json", "variables.json");

  private final Shell shell;
  private final List<Path> files;

  private Manifests(Shell shell, List<Path> files) {
    this.shell = shell;
    this.files = List.copyOf(files);
  }

  /**
   * The manifest that is named, else those of the current folder's tree, else PIVM's own.
   *
   * @throws Failure when there is none
   */
  static Manifests of(Call call) throws IOException {
    Shell shell = call.shell();
    Path place = place(call);
    if (Files.isRegularFile(place)) {
      boolean images = ImageManifests.declaresImages(place);
      return new Manifests(shell, images ? List.of() : List.of(place));
    }
    Path folder = Files.isDirectory(place.resolve(FOLDER)) ? place.resolve(FOLDER) : place;
    if (!Files.isDirectory(folder)) {
      throw new Failure(
          Exit.BAD_MANIFEST,
          List.of(
              "There is no manifest at " + place + ".",
              "pivm init makes a folder for manifests; --manifest names another one."),
          null);
    }
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> files =
          all.filter(file -> file.toString().endsWith(".json"))
              .filter(file -> !OTHERS.contains(String.valueOf(file.getFileName())))
              .sorted()
              .toList();
      return new Manifests(shell, files);
    }
  }

  private static Path place(Call call) {
    String named = call.settings().text(Keys.MANIFEST);
    if (named != null) {
      return call.shell().directory().resolve(named);
    }
    Path tree = call.shell().tree();
    if (tree != null) {
      return tree;
    }
    String installed = call.settings().text(Keys.INSTALL_DIR);
    return installed == null ? call.shell().home() : Path.of(installed);
  }

  List<Path> files() {
    return files;
  }

  /** The file that declares a guest; null for none. */
  @Nullable Path declaring(int vmid) throws IOException {
    for (Path file : files) {
      if (pivm.engine.manifest.ManifestEditor.declares(Files.readString(file), vmid)) {
        return file;
      }
    }
    return null;
  }

  /** The file that new entries go into. */
  Path main() {
    for (Path file : files) {
      if (file.endsWith(FILE)) {
        return file;
      }
    }
    return files.isEmpty() ? shell.directory().resolve(FOLDER).resolve(FILE) : files.getFirst();
  }

  /** Reads them all, with all that is wrong. */
  ManifestReader.Result read(KnownKeys keys) throws IOException {
    List<ManifestReader.Source> sources = new ArrayList<>();
    for (Path file : files) {
      sources.add(new ManifestReader.Source(shell.relative(file), text(file)));
    }
    return ManifestReader.read(sources, keys);
  }

  private String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new Failure(
          Exit.BAD_MANIFEST,
          List.of(
              "The manifest "
                  + shell.relative(file)
                  + " can't be read: "
                  + Errors.why(unreadable)
                  + ". Nothing was changed."),
          unreadable);
    }
  }

  /**
   * What is declared.
   *
   * @throws Failure when something is wrong, with every finding
   */
  static Desired desired(Call call) throws IOException {
    ManifestReader.Result result = of(call).read(NewerKeys.of(call));
    result.findings().stream()
        .filter(finding -> !SettingsOfCall.isError(finding))
        .forEach(finding -> call.say("warning: " + finding));
    if (result.hasErrors()) {
      var lines =
          new ArrayList<>(
              result.findings().stream()
                  .filter(SettingsOfCall::isError)
                  .map(Finding::toString)
                  .toList());
      lines.add("Nothing was changed. Check again with: pivm validate");
      throw new Failure(Exit.BAD_MANIFEST, lines, null);
    }
    return result.desired();
  }
}
