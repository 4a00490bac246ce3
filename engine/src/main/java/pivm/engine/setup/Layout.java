package pivm.engine.setup;

import java.nio.file.Path;

/**
 * Where things are on a machine.
 *
 * @param root below which all of it is; another than {@code /} to prepare a system that does not
 *     run
 * @param install the folder of manifests
 * @param state history, locks, the token's secret, the record of set-up
 * @param log the file that timers write to
 */
public record Layout(Path root, String install, String state, String log) {
  public static final String UNITS = "/etc/systemd/system";

  /** Where the links are that switch timers on. */
  public static final String ENABLED = "/etc/systemd/system/timers.target.wants";

  static final String WANTS = "timers.target.wants";

  /** Tells the launcher where the manifests are, when that is not the usual place. */
  public static final String DEFAULTS = "/etc/default/pivm";

  public static final String USUAL_INSTALL = "/etc/pivm";
  public static final String USUAL_STATE = "/var/lib/pivm";
  public static final String USUAL_LOG = "/var/log/pivm/pivm.log";
  public static final String PROGRAM = "/usr/bin/pivm";

  /** Where a path of the machine really is. */
  public Path at(String path) {
    return root.resolve(Path.of("/").relativize(Path.of(path)));
  }

  public Path stateFolder() {
    return at(state);
  }

  /** The file that holds the token. */
  public String tokenFile() {
    return state + "/token";
  }

  public String unit(String name) {
    return UNITS + "/" + name;
  }

  /** The folder of the log. */
  public String logs() {
    Path folder = Path.of(log).getParent();
    return folder == null ? "/" : folder.toString();
  }
}
