package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Keys;
import pivm.engine.manifest.DesiredImages;
import pivm.engine.manifest.Finding;
import pivm.engine.manifest.ImageReader;

/** Finds and reads the images' manifest that a call means. */
final class ImageManifests {
  static final String PLACE = "storage/host/proxmox_iso_sync.json";

  /** The manifest; null when the call means none, which declares nothing. */
  static @Nullable Path file(Call call) throws IOException {
    String named = call.parsed().text("--manifest");
    if (named != null) {
      Path path = call.shell().directory().resolve(named);
      return Files.isRegularFile(path)
          ? declaresImages(path) ? path : null
          : existing(path.resolve(PLACE));
    }
    String set = call.settings().text(Keys.IMAGE_MANIFEST);
    if (set != null) {
      return call.shell().directory().resolve(set);
    }
    Path tree = call.shell().tree();
    if (tree != null) {
      return existing(tree.resolve(PLACE));
    }
    String installed = call.settings().text(Keys.INSTALL_DIR);
    Path root = installed == null ? call.shell().home() : Path.of(installed);
    return existing(root.resolve(PLACE));
  }

  private static @Nullable Path existing(Path file) {
    return Files.isRegularFile(file) ? file : null;
  }

  /** Whether a file holds images, and not another kind. */
  static boolean declaresImages(Path file) throws IOException {
    return ImageReader.declaresImages(Files.readString(file));
  }

  /**
   * What was read; nothing declared when there is no manifest.
   *
   * @throws Failure when it can't be read
   */
  static ImageReader.Result read(Call call) throws IOException {
    Path file = file(call);
    if (file == null) {
      return new ImageReader.Result(DesiredImages.NONE, List.of());
    }
    String shown = call.shell().relative(file);
    try {
      return ImageReader.read(shown, Files.readString(file));
    } catch (IOException unreadable) {
      throw new Failure(
          Exit.BAD_MANIFEST,
          List.of(
              "The manifest "
                  + shown
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
  static DesiredImages desired(Call call) throws IOException {
    ImageReader.Result result = read(call);
    if (!result.hasErrors()) {
      return result.images();
    }
    List<String> lines =
        new ArrayList<>(
            result.findings().stream()
                .filter(SettingsOfCall::isError)
                .map(Finding::toString)
                .toList());
    lines.add("Nothing was changed. Check again with: pivm validate");
    throw new Failure(Exit.BAD_MANIFEST, lines, null);
  }

  private ImageManifests() {}
}
