package pivm.engine.rails;

/** Who acts. */
public sealed interface Actor {

  record Human(String user) implements Actor {}

  record Timer(String unit) implements Actor {}

  /**
   * An AI assistant: it cannot confirm anything itself.
   *
   * @param client its name, such as {@code gemini-cli}
   */
  record Assistant(String client) implements Actor {}

  /** How the record of a run names it: {@code human:root}. */
  default String label() {
    return switch (this) {
      case Human(String user) -> "human:" + user;
      case Timer(String unit) -> "timer:" + unit;
      case Assistant(String client) -> "assistant:" + client;
    };
  }
}
