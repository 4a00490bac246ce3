package pivm.cli;

import java.util.List;
import java.util.Map;
import pivm.engine.rails.Actor;

/** Who acts, as the environment tells. */
final class Actors {

  /** Variables that AI clients set in the shells they open, with the client's name. */
  private static final List<Map.Entry<String, String>> CLIENTS =
      List.of(
          Map.entry("GEMINI_CLI", "gemini-cli"),
          Map.entry("CLAUDECODE", "claude-code"),
          Map.entry("CODEX_SANDBOX", "codex"),
          Map.entry("CURSOR_AGENT", "cursor"),
          Map.entry("OPENCODE", "opencode"));

  /** {@code PIVM_ACTOR} is {@code human}, {@code timer:UNIT} or {@code assistant:CLIENT}. */
  static Actor of(Shell shell) {
    Map<String, String> environment = shell.environment();
    String said = environment.getOrDefault("PIVM_ACTOR", "");
    String detail = said.contains(":") ? said.substring(said.indexOf(':') + 1) : "";
    if (said.startsWith("assistant")) {
      return new Actor.Assistant(detail.isEmpty() ? "assistant" : detail);
    }
    for (var client : CLIENTS) {
      if (!environment.getOrDefault(client.getKey(), "").isEmpty()) {
        return new Actor.Assistant(client.getValue());
      }
    }
    if (said.startsWith("timer")) {
      return new Actor.Timer(detail.isEmpty() ? "timer" : detail);
    }
    return new Actor.Human(System.getProperty("user.name", "unknown"));
  }

  private Actors() {}
}
