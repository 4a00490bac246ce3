package pivm.engine.image.source;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.execution.WorkEnd;
import pivm.engine.plan.ImageOperation;
import pivm.proxmox.command.NodeShell;

/**
 * Brings files by the commands of nodes, where the way to Proxmox carries none: under a hidden name
 * first, compared there with what was sent, so that the name means a whole file.
 */
final class NodeCopies {
  private static final Duration LONGEST = Duration.ofHours(2);

  /**
   * Given the volume, and the checksum's algorithm and digits. What an earlier one left that was
   * killed goes when it is older than any can be.
   */
  private static final String SCRIPT =
      """
      set -e
      target=$(pvesm path "$1")
      folder=$(dirname -- "$target")
      mkdir -p -- "$folder"
      find "$folder" -maxdepth 1 -name '.pivm-part-*' -mmin +1440 -delete
      part=$(mktemp -- "$folder/.pivm-part-XXXXXX")
      trap 'rm -f -- "$part"' EXIT
      trap 'exit 1' HUP INT TERM
      dd of="$part" bs=1M iflag=fullblock conv=sparse status=none
      if ! printf '%s  %s\\n' "$3" "$part" | "${2}sum" -c --status; then
        echo "what arrived is not what was sent" >&2
        exit 1
      fi
      chmod 0644 -- "$part"
      sync -- "$part"
      mv -n -- "$part" "$target" || true
      if [ -e "$part" ]; then
        echo "$target has come to be meanwhile; nothing was done to it, plan again" >&2
        exit 1
      fi
      """;

  private final NodeShell shell;

  NodeCopies(NodeShell shell) {
    this.shell = shell;
  }

  /** Null when the file is there. */
  @Nullable WorkEnd copy(ImageOperation.Transfer transfer, String node, Fetched fetched)
      throws InterruptedException {
    List<String> command =
        List.of(
            "sh",
            "-c",
            SCRIPT,
            "pivm-copy",
            transfer.volume(),
            fetched.stored().algorithm(),
            fetched.stored().hex());
    try {
      NodeShell.Result result =
          shell.run(node, NodeShell.Task.reading(fetched.file(), command).within(LONGEST));
      return result.ok() ? null : failed(transfer, node, why(result));
    } catch (IOException noShell) {
      return failed(transfer, node, noShell.getMessage() + "; use the API instead: --via api");
    }
  }

  private static String why(NodeShell.Result result) {
    if (result.exitCode() == NodeShell.Result.TIMED_OUT) {
      return "the copying took longer than " + LONGEST.toHours() + " h";
    }
    String said = result.errors().strip();
    return said.isEmpty() ? "the copying ended with " + result.exitCode() : said;
  }

  private static WorkEnd failed(ImageOperation.Transfer transfer, String node, String why) {
    return WorkEnd.failed(transfer.volume() + " could not be stored on " + node + ": " + why);
  }
}
