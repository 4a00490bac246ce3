package pivm.engine.patching;

import java.util.ArrayList;
import java.util.List;

/**
 * What {@code poll} said.
 *
 * @param log lines since the last time
 * @param result lines of the result; empty before the end
 */
public record PatchAnswer(State state, List<String> log, List<String> result) {
  public PatchAnswer {
    log = List.copyOf(log);
    result = List.copyOf(result);
  }

  /** How far it is. */
  public enum State {
    RUNNING,
    ENDED,
    /** It began, and ended without a result: the container was stopped, or it was killed. */
    DIED,
    /** It was prepared, and never began. */
    UNSTARTED,
    /** The container knows nothing of it. */
    ABSENT
  }

  /**
   * Reads the answer.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static PatchAnswer parse(String output) {
    State state = null;
    List<String> log = new ArrayList<>();
    List<String> result = new ArrayList<>();
    for (String line : output.split("\r?\n|\r", -1)) {
      if (line.startsWith("state ")) {
        state = State.valueOf(line.substring(6).strip().toUpperCase(java.util.Locale.ROOT));
      } else if (line.startsWith("| ")) {
        log.add(line.substring(2));
      } else if (line.startsWith("= ")) {
        result.add(line.substring(2));
      }
    }
    if (state == null) {
      throw new IllegalArgumentException("the container gave no state");
    }
    return new PatchAnswer(state, log, result);
  }
}
