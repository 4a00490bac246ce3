package pivm.engine.execution;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.history.Journal;
import pivm.engine.history.JournalRecord;
import pivm.engine.plan.Step;
import pivm.engine.plan.StepCommand;
import pivm.proxmox.Time;

/** Writes the journal, then tells the listener: what is heard is on record. */
final class Recorder {

  private final Journal journal;
  private final EventListener listener;
  private final Time time;

  Recorder(Journal journal, EventListener listener, Time time) {
    this.journal = journal;
    this.listener = listener;
    this.time = time;
  }

  Instant now() {
    return time.now();
  }

  void write(JournalRecord journalRecord) {
    journal.write(journalRecord);
  }

  synchronized void tell(Event event) {
    listener.on(event);
  }

  void intent(Step step, int attempt, String node, @Nullable String digest) {
    String command = StepCommand.of(step.operation(), node);
    write(
        new JournalRecord.Intent(
            now(), step.id(), attempt, step.operation(), node, digest, command));
    tell(new Event.StepStarted(now(), step.id(), node, command));
  }

  void task(Step step, String upid) {
    write(new JournalRecord.TaskKnown(now(), step.id(), upid));
  }

  void settled(String step, Settlement settlement) {
    write(new JournalRecord.Settled(now(), step, settlement.decision(), settlement.evidence()));
  }

  void removing(String step, String fingerprint) {
    write(new JournalRecord.Removing(now(), step, fingerprint));
  }

  void remark(@Nullable String step, String text) {
    write(new JournalRecord.Remark(now(), step, text));
  }

  void log(Step step, String line) {
    log(step.id(), line);
  }

  void log(String step, String line) {
    tell(new Event.StepLog(now(), step, line));
  }

  void progress(String step, long done, long total, Event.Unit unit) {
    tell(new Event.StepProgress(now(), step, done, total, unit));
  }

  void waiting(Step step, String reason) {
    waiting(step.id(), reason);
  }

  void waiting(String step, String reason) {
    tell(new Event.Waiting(now(), step, reason));
  }

  /**
   * Records a step's end.
   *
   * @param settled when not, no outcome is written, so that the next run asks again
   */
  void ended(StepResult result, boolean settled) {
    if (settled) {
      outcome(result);
    }
    tell(new Event.StepEnded(now(), result));
  }

  void skipped(StepResult result) {
    outcome(result);
    tell(new Event.StepSkipped(now(), result));
  }

  private void outcome(StepResult result) {
    write(
        new JournalRecord.Outcome(
            now(), result.step(), result.status().word(), result.message(), result.log()));
  }

  StepResult notBegun(Step step, StepResult.Status status, String message) {
    return new StepResult(step.id(), status, message, Duration.ZERO, List.of());
  }
}
