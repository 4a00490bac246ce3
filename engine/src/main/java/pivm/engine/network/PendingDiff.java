package pivm.engine.network;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Digests;

/**
 * Proxmox's diff of a network that waits to be applied ({@code changes} beside the list of
 * interfaces).
 */
public final class PendingDiff {

  private PendingDiff() {}

  /**
   * A short text that is the same for the same changes. The file's times, in the diff's first two
   * lines, do not count.
   */
  public static String fingerprint(@Nullable String diff) {
    String body =
        diff == null
            ? ""
            : diff.lines()
                .filter(line -> !line.startsWith("--- /") && !line.startsWith("+++ /"))
                .collect(Collectors.joining("\n"));
    return Digests.of(body, 12);
  }

  /** Its lines, without the times of the files. */
  public static List<String> lines(String diff) {
    return diff.lines()
        .map(line ->
            line.startsWith("--- /") || line.startsWith("+++ /") ? line.split("\t", 2)[0] : line)
        .toList();
  }
}
