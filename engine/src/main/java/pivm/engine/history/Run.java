package pivm.engine.history;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A past run, as its journal tells it.
 *
 * @param id {@code <timestamp>-<id>}, sortable by time
 * @param records in the order in which they were written
 * @param damaged number of lines that could not be read (a torn last one after a kill)
 */
public record Run(String id, List<JournalRecord> records, int damaged) {
  public Run {
    records = List.copyOf(records);
  }

  /**
   * A call that was sent, or was about to be, and whose outcome is not recorded.
   *
   * @param upid of its last task; null when none is known
   * @param removing fingerprint of the half-made guest whose removal had begun; null for none
   * @param marks the points that it had passed
   */
  public record InFlight(
      JournalRecord.Intent intent,
      @Nullable String upid,
      @Nullable String removing,
      List<String> marks) {
    public InFlight {
      marks = List.copyOf(marks);
    }

    InFlight withTask(String found) {
      return new InFlight(intent, found, removing, marks);
    }

    InFlight withRemoving(String fingerprint) {
      return new InFlight(intent, upid, fingerprint, marks);
    }

    InFlight withMark(String text) {
      List<String> more = new ArrayList<>(marks);
      more.add(text);
      return new InFlight(intent, upid, removing, more);
    }
  }

  /**
   * All that is recorded about one step.
   *
   * @param intents one for each time that it was sent
   * @param upids of its tasks
   */
  public record StepRecord(
      String step,
      List<JournalRecord.Intent> intents,
      List<String> upids,
      List<JournalRecord.Settled> settled,
      JournalRecord.@Nullable Outcome outcome) {}

  /** Null when the run was killed before its first record was whole. */
  public JournalRecord.@Nullable RunStarted started() {
    return !records.isEmpty() && records.getFirst() instanceof JournalRecord.RunStarted start
        ? start
        : null;
  }

  /** Null when it was killed, or still runs. */
  public JournalRecord.@Nullable RunEnded ended() {
    return !records.isEmpty() && records.getLast() instanceof JournalRecord.RunEnded end
        ? end
        : null;
  }

  /** What nobody knows the outcome of, in the order in which it was sent. */
  public List<InFlight> inFlight() {
    Map<String, InFlight> open = new LinkedHashMap<>();
    for (JournalRecord journalRecord : records) {
      switch (journalRecord) {
        case JournalRecord.Intent intent ->
            open.put(intent.step(), new InFlight(intent, null, null, List.of()));
        case JournalRecord.TaskKnown task ->
            open.computeIfPresent(task.step(), (_, flight) -> flight.withTask(task.upid()));
        case JournalRecord.Removing removing ->
            open.computeIfPresent(
                removing.step(), (_, flight) -> flight.withRemoving(removing.fingerprint()));
        case JournalRecord.Mark mark ->
            open.computeIfPresent(mark.step(), (_, flight) -> flight.withMark(mark.text()));
        case JournalRecord.Outcome outcome -> open.remove(outcome.step());
        case JournalRecord.RunStarted _,
            JournalRecord.Settled _,
            JournalRecord.Remark _,
            JournalRecord.RunEnded _ -> {}
      }
    }
    return List.copyOf(open.values());
  }

  /** What is on record for people, the pre-flight checks of nodes among it; in its order. */
  public List<JournalRecord.Remark> remarks() {
    return records.stream()
        .filter(JournalRecord.Remark.class::isInstance)
        .map(JournalRecord.Remark.class::cast)
        .toList();
  }

  /** By step, in the order in which they first appear. */
  public List<StepRecord> steps() {
    Map<String, StepRecord> steps = new LinkedHashMap<>();
    for (JournalRecord journalRecord : records) {
      switch (journalRecord) {
        case JournalRecord.Intent intent -> step(steps, intent.step()).intents().add(intent);
        case JournalRecord.TaskKnown task -> step(steps, task.step()).upids().add(task.upid());
        case JournalRecord.Settled settled -> step(steps, settled.step()).settled().add(settled);
        case JournalRecord.Outcome outcome -> {
          StepRecord step = step(steps, outcome.step());
          steps.put(
              outcome.step(),
              new StepRecord(step.step(), step.intents(), step.upids(), step.settled(), outcome));
        }
        case JournalRecord.RunStarted _,
            JournalRecord.Mark _,
            JournalRecord.Remark _,
            JournalRecord.Removing _,
            JournalRecord.RunEnded _ -> {}
      }
    }
    return List.copyOf(steps.values());
  }

  private static StepRecord step(Map<String, StepRecord> steps, String id) {
    return steps.computeIfAbsent(
        id, _ -> new StepRecord(id, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), null));
  }
}
