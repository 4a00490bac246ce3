package pivm.engine.network;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(hash.digest(body.getBytes(StandardCharsets.UTF_8)), 0, 12);
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("this Java has no SHA-256", absent);
    }
  }

  /** Its lines, without the times of the files. */
  public static List<String> lines(String diff) {
    return diff.lines()
        .map(line ->
            line.startsWith("--- /") || line.startsWith("+++ /") ? line.split("\t", 2)[0] : line)
        .toList();
  }
}
