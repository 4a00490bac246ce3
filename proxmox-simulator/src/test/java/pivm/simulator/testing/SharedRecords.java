package pivm.simulator.testing;

import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where the recordings of a real Proxmox VE are, when they are at hand. */
public final class SharedRecords {
  private SharedRecords() {}

  /**
   * The folder {@code shared/pve} beside one of the folders above, or the one that the system
   * property {@code pivm.shared} names; null when there is none.
   */
  public static @Nullable Path folder() {
    var given = System.getProperty("pivm.shared");
    if (given != null) {
      return Path.of(given);
    }
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      Path shared = at.resolve("shared/pve");
      if (Files.isRegularFile(shared.resolve("api-schema.json"))) {
        return shared;
      }
    }
    return null;
  }
}
