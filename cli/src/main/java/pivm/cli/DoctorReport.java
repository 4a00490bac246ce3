package pivm.cli;

import pivm.engine.report.Table;

/** What {@code pivm doctor} found, one thing a line. */
final class DoctorReport {
  private final Table.Builder table = Table.of("Check", "Result", "Detail");
  private boolean sound = true;

  void fine(String what, String detail) {
    table.row(what, "ok", detail);
  }

  /** Something that is worth knowing and no fault. */
  void note(String what, String detail) {
    table.row(what, "note", detail);
  }

  void bad(String what, String detail) {
    sound = false;
    table.row(what, "WRONG", detail);
  }

  boolean sound() {
    return sound;
  }

  Table table() {
    return table.build();
  }
}
