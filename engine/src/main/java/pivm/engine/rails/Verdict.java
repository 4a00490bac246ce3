package pivm.engine.rails;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a rail says.
 *
 * @param step the id of the step that it judges; null when it judges the plan or a change without
 *     steps
 * @param message a sentence with the numbers that it rests on
 */
public record Verdict(Rail rail, @Nullable String step, Result result, String message) {

  /** Verdicts from good to bad; an approval holds as long as none got worse. */
  public enum Result {
    ALLOWED,
    CONFIRM,
    BLOCKED;

    /** The word in JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static Verdict allowed(Rail rail, @Nullable String step, String message) {
    return new Verdict(rail, step, Result.ALLOWED, message);
  }

  static Verdict confirm(Rail rail, @Nullable String step, String message) {
    return new Verdict(rail, step, Result.CONFIRM, message);
  }

  static Verdict blocked(Rail rail, @Nullable String step, String message) {
    return new Verdict(rail, step, Result.BLOCKED, message);
  }

  public boolean isBlocked() {
    return result == Result.BLOCKED;
  }

  /** Whether it keeps the whole run from starting, not only its own step. */
  public boolean stopsRun() {
    return isBlocked() && !rail.defers();
  }
}
