package pivm.proxmox;

import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of a Proxmox task: {@code UPID:node:pid:pstart:starttime:type:id:user:}.
 *
 * @param id what the task works on; may be empty and may hold {@code @} or {@code >}
 * @param user {@code user@realm} or {@code user@realm!token}
 */
public record Upid(
    String text, String node, Instant startTime, String type, String id, String user) {

  private static final Pattern FORM =
      Pattern.compile(
          "UPID:([a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?):([0-9A-Fa-f]{8}):([0-9A-Fa-f]{8,9})"
              + ":([0-9A-Fa-f]{8}):([^:\\s]+):([^:\\s]*):([^:\\s]+):");

  /**
   * Reads a UPID.
   *
   * @return null when the text is not one
   */
  public static @Nullable Upid parse(@Nullable String text) {
    if (text == null) {
      return null;
    }
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return null;
    }
    return new Upid(
        text,
        form.group(1),
        Instant.ofEpochSecond(Long.parseLong(form.group(4), 16)),
        form.group(5),
        form.group(6),
        form.group(7));
  }
}
