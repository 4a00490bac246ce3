package pivm.engine.execution;

/** The process dies here. */
final class Killed extends Error {
  Killed() {
    super("killed", null, false, false);
  }
}
