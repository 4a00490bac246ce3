package pivm.engine.image;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the progress of a node's download from its task's log: Proxmox downloads with {@code wget
 * --progress=dot:giga} (pve-common, src/PVE/Tools.pm).
 */
public final class WgetProgress {
  private static final Pattern LENGTH = Pattern.compile("Length: (\\d+).*");
  private static final Pattern LINE = Pattern.compile("\\s*(\\d+)K[ .,]* (\\d{1,3})%.*");
  private long total = -1;

  /**
   * How far it has come.
   *
   * @param done bytes
   * @param total bytes; negative when not known
   */
  public record Point(long done, long total) {}

  /** What a line says; null when it says nothing of that. */
  public @Nullable Point read(String line) {
    Matcher length = LENGTH.matcher(line);
    if (length.matches()) {
      total = Long.parseLong(length.group(1));
      return new Point(0, total);
    }
    Matcher progress = LINE.matcher(line);
    if (!progress.matches()) {
      return null;
    }
    long begun = Long.parseLong(progress.group(1)) << 10;
    long done = total < 0 ? begun : total * Long.parseLong(progress.group(2)) / 100;
    return new Point(Math.max(begun, done), total);
  }
}
