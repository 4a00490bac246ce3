package pivm.engine.execution;

import java.util.List;

/**
 * The end of a Proxmox task.
 *
 * @param exitStatus {@code OK}, {@code WARNINGS: n}, or the error itself
 * @param log its last lines
 */
public record TaskEnd(boolean ok, String exitStatus, List<String> log) {
  public TaskEnd {
    log = List.copyOf(log);
  }
}
