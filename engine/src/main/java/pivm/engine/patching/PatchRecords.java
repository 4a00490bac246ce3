package pivm.engine.patching;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pivm.engine.history.OwnerOnly;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/**
 * What is kept of patching beyond a run's journal: the last result of each container in the state
 * folder, and the log of each day beside the manifests. Both are written as each container ends, so
 * that a killed run loses none.
 */
final class PatchRecords {
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final Path file;
  private final @Nullable Path logs;
  private final ZoneId zone;

  /**
   * Records.
   *
   * @param state folder
   * @param logs folder for the logs; null for none
   */
  PatchRecords(Path state, @Nullable Path logs, ZoneId zone) {
    this.file = state.resolve("updates").resolve("containers.json");
    this.logs = logs;
    this.zone = zone;
  }

  /**
   * A container's end.
   *
   * @param at when it ended
   */
  record Entry(
      int vmid, String subject, String node, Instant at, Duration took, PatchResult result) {}

  /** The last result of every container. */
  SortedMap<Integer, Json.Obj> last() {
    var last = new TreeMap<Integer, Json.Obj>();
    if (Files.isRegularFile(file)) {
      try {
        JsonText.read(Files.readString(file))
            .asObject()
            .members()
            .forEach((vmid, form) -> last.put(Integer.parseInt(vmid), form.asObject()));
      } catch (IOException | RuntimeException damaged) {
        return new TreeMap<>();
      }
    }
    return last;
  }

  /**
   * Keeps an entry.
   *
   * @param lines what its package manager said
   * @return why it could not be kept; null when it was
   */
  synchronized @Nullable String add(Entry entry, List<String> lines) {
    try {
      keep(entry);
      log(entry, lines);
      return null;
    } catch (IOException failed) {
      return "the result of " + entry.subject() + " could not be written: " + failed.getMessage();
    }
  }

  /** The seconds that the last upgrade of every container took. */
  SortedMap<Integer, Long> took() {
    var took = new TreeMap<Integer, Long>();
    last().forEach((vmid, form) -> took.put(vmid, form.integer("seconds", 0)));
    return took;
  }

  private void keep(Entry entry) throws IOException {
    SortedMap<Integer, Json.Obj> all = last();
    all.put(
        entry.vmid(),
        Json.object()
            .put("at", entry.at().toString())
            .put("subject", entry.subject())
            .put("node", entry.node())
            .put("seconds", entry.took().toSeconds())
            .put("good", entry.result().good())
            .put("summary", entry.result().summary())
            .put("result", entry.result().form())
            .build());
    var form = Json.object();
    all.forEach((vmid, one) -> form.put(Integer.toString(vmid), one));
    Path folder = file.resolveSibling(".");
    OwnerOnly.makeFolder(folder.normalize());
    Path fresh = file.resolveSibling("containers.json.new");
    Files.writeString(fresh, JsonText.write(form.build()) + "\n");
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private void log(Entry entry, List<String> lines) throws IOException {
    if (logs == null) {
      return;
    }
    var time = entry.at().atZone(zone);
    var text = new StringBuilder();
    text.append("== ")
        .append(time.toLocalDate())
        .append(' ')
        .append(CLOCK.format(time))
        .append(' ')
        .append(entry.subject())
        .append(" on ")
        .append(entry.node())
        .append(" (")
        .append(entry.took().toSeconds())
        .append(" s)\n");
    lines.forEach(line -> text.append("   ").append(plain(line)).append('\n'));
    for (PatchResult.Changed one : entry.result().packages()) {
      text.append(" * ")
          .append(plain(one.name()))
          .append(' ')
          .append(one.from() == null ? "(new)" : plain(one.from()))
          .append(" -> ")
          .append(one.to() == null ? "(removed)" : plain(one.to()))
          .append('\n');
    }
    text.append("-> ").append(plain(entry.result().summary())).append("\n\n");
    Files.createDirectories(logs);
    Files.writeString(
        logs.resolve(time.toLocalDate() + ".log"),
        text,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  /** What a container says must not command whoever reads the log. */
  private static String plain(String line) {
    return line.replaceAll("[\\p{Cntrl}&&[^\t]]", "?");
  }

  /**
   * Removes logs older than that; other files are left.
   *
   * @throws IOException when the folder can't be read
   */
  void expire(int days, Instant now) throws IOException {
    Path folder = logs;
    if (folder == null || !Files.isDirectory(folder)) {
      return;
    }
    LocalDate oldest = now.atZone(zone).toLocalDate().minusDays(days);
    try (Stream<Path> all = Files.list(folder)) {
      for (Path log : all.toList()) {
        LocalDate day = day(log);
        if (day != null && day.isBefore(oldest)) {
          Files.delete(log);
        }
      }
    }
  }

  private static @Nullable LocalDate day(Path log) {
    String name = String.valueOf(log.getFileName());
    if (!name.endsWith(".log")) {
      return null;
    }
    try {
      return LocalDate.parse(name.substring(0, name.length() - ".log".length()));
    } catch (DateTimeParseException another) {
      return null;
    }
  }
}
