package pivm.proxmox.schema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/**
 * Finds what was recorded from a running Proxmox VE, which lies outside the repository: the folder
 * named by the system property {@code pivm.shared}, or {@code shared/pve} beside a folder above the
 * working directory.
 */
public final class SharedFacts {
  private SharedFacts() {}

  public static Optional<Path> folder() {
    String named = System.getProperty("pivm.shared");
    if (named != null) {
      return Optional.of(Path.of(named)).filter(Files::isDirectory);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path candidate = at.resolve("shared").resolve("pve");
      if (Files.isDirectory(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  public static Json.Obj read(Path folder, String file) {
    try {
      return JsonText.read(Files.readAllBytes(folder.resolve(file))).asObject();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
