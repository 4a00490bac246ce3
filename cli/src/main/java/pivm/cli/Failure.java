package pivm.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Ends a command with sentences for a person: what happened, to what, why, and what to do next. */
public final class Failure extends RuntimeException {
  private final Exit exit;
  private final List<String> lines;

  public Failure(Exit exit, String sentence) {
    this(exit, List.of(sentence), null);
  }

  /**
   * @param lines one or more sentences, each printed on a line of its own
   */
  public Failure(Exit exit, List<String> lines, @Nullable Throwable cause) {
    super(String.join("\n", lines), cause);
    this.exit = exit;
    this.lines = List.copyOf(lines);
  }

  public Exit exit() {
    return exit;
  }

  public List<String> lines() {
    return lines;
  }
}
