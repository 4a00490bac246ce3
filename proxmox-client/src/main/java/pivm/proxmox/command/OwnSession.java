package pivm.proxmox.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Commands in a session of their own. Ctrl-C on a terminal goes to every process of its foreground
 * group, and {@code qm} and {@code pct} hand it on to the task that they wait for, which then
 * breaks off (pve-common, PVE/RESTEnvironment.pm, {@code fork_worker}). What was begun is to come
 * to its end.
 */
final class OwnSession {
  private static final boolean THERE = Files.isExecutable(Path.of("/usr/bin/setsid"));

  /** The same command out of the terminal's reach; a system without util-linux runs it as it is. */
  static List<String> of(List<String> command) {
    if (!THERE) {
      return command;
    }
    List<String> line = new ArrayList<>(List.of("/usr/bin/setsid", "--wait"));
    line.addAll(command);
    return line;
  }

  private OwnSession() {}
}
