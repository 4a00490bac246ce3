package pivm.engine.manifest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The manifests that users learn from. */
final class Examples {
  private Examples() {}

  /** The repository's root, from the module's folder in which tests run. */
  static Path root() {
    return Path.of("..").toAbsolutePath().normalize();
  }

  static List<ManifestReader.Source> sources() throws IOException {
    List<ManifestReader.Source> sources = new ArrayList<>();
    try (var files = Files.newDirectoryStream(root().resolve("docs/examples"), "*.json")) {
      for (Path file : files) {
        sources.add(
            new ManifestReader.Source(file.getFileName().toString(), Files.readString(file)));
      }
    }
    return sources;
  }
}
