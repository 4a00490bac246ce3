package pivm.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import pivm.engine.manifest.ManifestFormatter;

/** {@code pivm fmt}. */
final class FmtCommand implements Command {

  @Override
  public void declare(Options options) {
    options.flag("--check", "change nothing; exit 1 when something would change").manifest();
  }

  @Override
  public Exit run(Call call) throws IOException {
    boolean check = call.parsed().has("--check");
    int different = 0;
    List<Path> files = new ArrayList<>(Manifests.of(call).files());
    Path images = ImageManifests.file(call);
    if (images != null) {
      files.add(images);
    }
    Path network = NetworkManifest.find(call, false);
    if (network != null) {
      files.add(network);
    }
    if (call.parsed().given("--manifest") == null) {
      files.addAll(UpdateFiles.present(call));
    }
    for (Path file : files) {
      String text = Files.readString(file);
      String formatted = formatted(call, file, text);
      if (!formatted.equals(text)) {
        different++;
        call.output().line((check ? "would change " : "formatted ") + call.shell().relative(file));
        if (!check) {
          SafeFile.write(file, formatted);
        }
      }
    }
    return check && different > 0 ? Exit.FAILED : Exit.DONE;
  }

  private static String formatted(Call call, Path file, String text) {
    try {
      return ManifestFormatter.format(text);
    } catch (IllegalArgumentException malformed) {
      throw new Failure(
          Exit.BAD_MANIFEST,
          List.of(call.shell().relative(file) + ": " + malformed.getMessage()),
          malformed);
    }
  }
}
