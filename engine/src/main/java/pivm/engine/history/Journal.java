package pivm.engine.history;

/** Where a run writes what it is about to do and what came of it. Safe for several threads. */
@FunctionalInterface
public interface Journal {

  /**
   * Appends one record. Intents, outcomes, and a run's start and end are on disk when it returns.
   *
   * @throws java.io.UncheckedIOException when it cannot be written: nothing may be done then
   */
  void write(JournalRecord journalRecord);
}
