package pivm.engine.execution;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import pivm.engine.history.Journal;
import pivm.engine.history.JournalRecord;

/** Dies at one of its writes: before the record is on disk, or right after. */
final class MortalJournal implements Journal {
  final List<JournalRecord> records = Collections.synchronizedList(new ArrayList<>());
  private final int last;
  private final boolean recorded;
  private int writes;

  MortalJournal(int last, boolean recorded) {
    this.last = last;
    this.recorded = recorded;
  }

  static MortalJournal immortal() {
    return new MortalJournal(Integer.MAX_VALUE, true);
  }

  @Override
  public synchronized void write(JournalRecord journalRecord) {
    writes++;
    if (writes < last || (writes == last && recorded)) {
      records.add(journalRecord);
    }
    if (writes >= last) {
      throw new Killed();
    }
  }
}
