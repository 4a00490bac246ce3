package pivm.engine.setup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pivm.engine.history.OwnerOnly;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/**
 * What set-up has made, as lines of JSON that are only ever appended: before each thing and after
 * it. A thing of which only the first line is there was being made when set-up was ended, and may
 * be there or not.
 */
public final class SetupRecord {
  /** Its name in the state folder. */
  public static final String FILE = "setup.jsonl";

  /** How far a thing has come. */
  public enum Progress {
    MAKING,
    MADE,
    REMOVED
  }

  /**
   * The last word about a thing.
   *
   * @param detail what {@link Part#detail} said
   * @param kept what {@link Part#kept} said
   */
  public record Entry(String what, String name, Progress progress, String detail, boolean kept) {}

  private final Path file;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private SetupRecord(Path file) {
    this.file = file;
  }

  /** Reads the record in a state folder; an empty one where there is none. */
  public static SetupRecord in(Path state) throws IOException {
    var read = new SetupRecord(state.resolve(FILE));
    if (Files.exists(read.file)) {
      Files.readAllLines(read.file).forEach(read::take);
    }
    return read;
  }

  /** A torn last line is what a kill in the middle of a write leaves: nothing was done after it. */
  private void take(String line) {
    try {
      Json.Obj json = JsonText.read(line).asObject();
      note(
          new Entry(
              json.text("what", ""),
              json.text("name", ""),
              Progress.valueOf(json.text("progress", "making").toUpperCase(Locale.ROOT)),
              json.text("detail", ""),
              json.flag("kept")));
    } catch (JsonText.Malformed | IllegalArgumentException torn) {
      return;
    }
  }

  private void note(Entry entry) {
    String key = key(entry.what(), entry.name());
    if (entry.progress() == Progress.REMOVED) {
      entries.remove(key);
    } else {
      entries.put(key, entry);
    }
  }

  private static String key(String what, String name) {
    return what + " " + name;
  }

  /** What is there by this record, in the order in which it was made. */
  public List<Entry> entries() {
    return new ArrayList<>(entries.values());
  }

  /** What is known of a thing; null when it was not made by set-up. */
  @Nullable Entry find(Part part) {
    return entries.get(key(part.what(), part.name()));
  }

  void write(Part part, Progress progress) throws IOException {
    write(new Entry(part.what(), part.name(), progress, part.detail(), part.kept()));
  }

  void write(Entry entry) throws IOException {
    OwnerOnly.makeFolder(folder());
    Json.Obj json =
        Json.object()
            .put("at", Instant.now().toString())
            .put("what", entry.what())
            .put("name", entry.name())
            .put("progress", entry.progress().name().toLowerCase(Locale.ROOT))
            .putIfPresent("detail", entry.detail().isEmpty() ? null : entry.detail())
            .put("kept", entry.kept())
            .build();
    boolean torn = endsInMidLine();
    try (FileChannel channel =
        FileChannel.open(
            file,
            EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND),
            OwnerOnly.file(folder()))) {
      String line = (torn ? "\n" : "") + JsonText.write(json) + "\n";
      ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    note(entry);
  }

  private Path folder() {
    return file.resolveSibling("");
  }

  private boolean endsInMidLine() throws IOException {
    if (!Files.exists(file)) {
      return false;
    }
    byte[] text = Files.readAllBytes(file);
    return text.length > 0 && text[text.length - 1] != '\n';
  }
}
