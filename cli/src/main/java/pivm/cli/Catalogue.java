package pivm.cli;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Nearest;

/** All commands. */
final class Catalogue {
  private static final Set<String> VALUE_OPTIONS =
      Set.of(
          "--output",
          "--variables",
          "--endpoint",
          "--token",
          "--fingerprint",
          "--pmxcfs",
          "--via",
          "--manifest");

  /** Commands that belong together. */
  record Section(String title, List<Entry> entries) {}

  private final List<Section> sections = Commands.sections();
  private final SequencedMap<String, Entry> byName;

  Catalogue() {
    var entries = new LinkedHashMap<String, Entry>();
    for (Section section : sections) {
      for (Entry entry : section.entries()) {
        entries.put(entry.name(), entry);
      }
    }
    byName = Collections.unmodifiableSequencedMap(entries);
  }

  List<Section> sections() {
    return sections;
  }

  /** The command that the first one or two words name; null for none. */
  @Nullable Entry find(List<String> words) {
    Entry entry = byName.get(words.getFirst());
    return entry != null || words.size() < 2
        ? entry
        : byName.get(words.getFirst() + " " + words.get(1));
  }

  Entry entry(String name) {
    Entry entry = byName.get(name);
    if (entry == null) {
      throw new IllegalArgumentException("there is no command " + name);
    }
    return entry;
  }

  boolean isGroup(String name) {
    return byName.keySet().stream().anyMatch(known -> known.startsWith(name + " "));
  }

  int longestName() {
    return byName.keySet().stream().mapToInt(String::length).max().orElse(0);
  }

  Failure unknown(String words) {
    String near = Nearest.find(words, byName.keySet());
    return new Failure(
        Exit.WRONG_USAGE,
        List.of(
            "There is no command " + words + (near == null ? "." : "; did you mean " + near + "?"),
            "All commands: pivm --help"),
        null);
  }

  /** Whether the word after a common option belongs to it. */
  static boolean takesValue(String option) {
    return VALUE_OPTIONS.contains(option);
  }
}
