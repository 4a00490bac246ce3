package pivm.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import pivm.engine.config.Keys;
import pivm.engine.config.Settings;

/** Where history, approvals, holds and locks are kept. */
final class StateFolder {

  /** The set folder; else the system's for root, and the user's own for others. */
  static Path of(Shell shell, Settings settings) {
    String set = settings.text(Keys.STATE_DIR);
    if (set != null) {
      return shell.directory().resolve(set);
    }
    if ("root".equals(System.getProperty("user.name"))) {
      return Path.of("/var/lib/pivm");
    }
    @Nullable String state = shell.environment().get("XDG_STATE_HOME");
    return (state == null || state.isEmpty()
            ? shell.userHome().resolve(".local/state")
            : Path.of(state))
        .resolve("pivm");
  }

  private StateFolder() {}
}
