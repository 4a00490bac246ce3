package pivm.engine.manifest;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong in one file. */
final class Findings {
  private final SourceText source;
  private final List<Finding> found = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private String subject = "";
  private int errors;

  Findings(SourceText source) {
    this.source = source;
  }

  SourceText source() {
    return source;
  }

  /** What the findings that follow are about. */
  void about(String newSubject) {
    subject = newSubject;
  }

  String subject() {
    return subject;
  }

  void error(int offset, String message) {
    errors++;
    add(new Finding(Finding.Severity.ERROR, source.place(offset), subject, message));
  }

  void warning(int offset, String message) {
    add(new Finding(Finding.Severity.WARNING, source.place(offset), subject, message));
  }

  /** Keeps a finding, unless the same was found there: a wrong default is met by every entry. */
  void add(Finding finding) {
    if (seen.add(finding.place() + finding.message())) {
      found.add(finding);
    }
  }

  /** How often an error was met, also where it was known already. */
  int errors() {
    return errors;
  }

  /** In the order of the text. */
  List<Finding> all() {
    return found.stream()
        .sorted(
            Comparator.comparingInt((Finding finding) -> finding.place().line())
                .thenComparingInt(finding -> finding.place().column()))
        .toList();
  }
}
