package pivm.engine.execution;

import java.time.Duration;
import java.time.Instant;

/** What a run tells while it goes on. */
public sealed interface Event {

  Instant at();

  record RunStarted(Instant at, String run, String plan, int steps) implements Event {}

  /**
   * @param command the equivalent command, secrets as {@code "$NAME"}
   */
  record StepStarted(Instant at, String step, String node, String command) implements Event {}

  /** A line of the task's log. */
  record StepLog(Instant at, String step, String line) implements Event {}

  /**
   * A step waits: for a lock to be freed, for HA to act, for a node to answer.
   *
   * @param reason what is waited for, and at most how long
   */
  record Waiting(Instant at, String step, String reason) implements Event {}

  /**
   * How far a step has come.
   *
   * @param total 0 when not known
   */
  record StepProgress(Instant at, String step, long done, long total, Unit unit) implements Event {}

  /** What progress is counted in. */
  enum Unit {
    BYTES,
    PACKAGES,
    GUESTS,
    SECONDS
  }

  record StepEnded(Instant at, StepResult result) implements Event {}

  /**
   * A step will not be begun.
   *
   * @param result says why
   */
  record StepSkipped(Instant at, StepResult result) implements Event {}

  record RunEnded(Instant at, RunResult result, Duration took) implements Event {}
}
