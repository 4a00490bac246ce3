package pivm.engine.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/** The runs whose journals are kept under a state folder, as {@code runs/<run>.jsonl}. */
public final class History {

  private static final String SUFFIX = ".jsonl";
  private static final DateTimeFormatter TIMESTAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final Path folder;

  /**
   * @param state the state folder; made on the first write, readable by its owner only
   */
  public History(Path state) {
    this.folder = state.resolve("runs");
  }

  /**
   * A run's name.
   *
   * @param id what tells apart runs of one second
   */
  public static String runName(Instant start, String id) {
    return TIMESTAMP.format(start) + "-" + id;
  }

  /** Opens a run's journal for writing at its end. */
  public FileJournal open(String run) {
    try {
      OwnerOnly.makeFolder(folder);
    } catch (IOException cannotMake) {
      throw new UncheckedIOException(
          "the folder " + folder + " for the history of runs cannot be made", cannotMake);
    }
    return FileJournal.append(folder, run + SUFFIX);
  }

  /** All runs, the newest first. */
  public List<Run> runs() {
    return names().reversed().stream().map(this::read).toList();
  }

  /** The run of that name, or the only one whose name ends with it. */
  public Optional<Run> run(String id) {
    List<String> names = names();
    List<String> matches = names.stream().filter(name -> name.endsWith(id)).toList();
    if (names.contains(id)) {
      return Optional.of(read(id));
    }
    return matches.size() == 1 ? Optional.of(read(matches.getFirst())) : Optional.empty();
  }

  /** Runs that have no end: killed ones, and those that still run; the oldest first. */
  public List<Run> unfinished() {
    return names().stream().map(this::read).filter(run -> run.ended() == null).toList();
  }

  private List<String> names() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .sorted(Comparator.naturalOrder())
          .toList();
    } catch (IOException cannotList) {
      throw new UncheckedIOException("the history in " + folder + " cannot be read", cannotList);
    }
  }

  private Run read(String name) {
    try {
      byte[] content = Files.readAllBytes(folder.resolve(name + SUFFIX));
      return parse(name, new String(content, StandardCharsets.UTF_8));
    } catch (IOException cannotRead) {
      throw new UncheckedIOException("the journal of run " + name + " cannot be read", cannotRead);
    }
  }

  /** Reads a journal's text; lines that a kill has torn, or a later version wrote, are skipped. */
  static Run parse(String name, String text) {
    List<JournalRecord> records = new ArrayList<>();
    int damaged = 0;
    for (String line : text.lines().toList()) {
      if (line.isBlank()) {
        continue;
      }
      Parsed parsed = parseLine(line);
      damaged += parsed.damaged() ? 1 : 0;
      if (parsed.found() != null) {
        records.add(parsed.found());
      }
    }
    return new Run(name, records, damaged);
  }

  private record Parsed(@Nullable JournalRecord found, boolean damaged) {}

  private static Parsed parseLine(String line) {
    try {
      return JsonText.read(line) instanceof Json.Obj form
          ? new Parsed(RecordForm.read(form), false)
          : new Parsed(null, true);
    } catch (RuntimeException torn) {
      return new Parsed(null, true);
    }
  }
}
