package pivm.engine.image.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Digests;
import pivm.engine.manifest.Checksum;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/**
 * The cached files of one address: its facts, a part of it, or all of it. Nothing waits for the
 * disk; what another boot of the machine left is hashed again, and its parts are of no use.
 */
final class CacheEntry {
  private static final int LARGEST_FACTS = 1 << 16;

  private static final int LONGEST_END = 200;

  /** What this boot of the machine is called (random(4)); null when the system does not say. */
  private static final @Nullable String BOOT = boot();

  private final Path folder;
  private final String key;
  private final String name;

  CacheEntry(Path folder, String url, String name) {
    this.folder = folder;
    this.key = Digests.of(url + "\n" + name, 8);
    this.name = name;
  }

  /** What was received so far, as the source gives it. */
  Path part() {
    return folder.resolve(key + ".part");
  }

  /** What is being unpacked. */
  Path unpacking() {
    return folder.resolve(key + ".unpacking");
  }

  /** The whole file, verified and unpacked. */
  Path whole() {
    // The key in front of it must not make a name too long.
    String end = name.substring(Math.max(0, name.length() - LONGEST_END));
    return folder.resolve(key + "-" + end);
  }

  private Path facts() {
    return folder.resolve(key + ".json");
  }

  /** The mark under which the part was received; null when it is of no use. */
  @Nullable String partMark() {
    Json.Obj facts = read();
    return ofThisBoot(facts) ? facts.text("mark") : null;
  }

  private static boolean ofThisBoot(Json.Obj facts) {
    return BOOT != null && BOOT.equals(facts.text("boot"));
  }

  private static @Nullable String boot() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException unknown) {
      return null;
    }
  }

  void startPart(@Nullable String mark) throws IOException {
    Files.deleteIfExists(whole());
    Json.Builder facts = Json.object();
    write(mark == null ? facts : facts.put("mark", mark));
  }

  /** The whole file, if it is what is wanted now; null when it must be fetched. */
  @Nullable Fetched known(@Nullable Checksum checksum, @Nullable String mark)
      throws InterruptedException {
    Json.Obj facts = read();
    Checksum source = Checksum.parse(facts.text("source", ""));
    Checksum stored = Checksum.parse(facts.text("stored", ""));
    if (source == null || stored == null || !sameSize(facts.integer("size", -1))) {
      return null;
    }
    String kept = facts.text("mark");
    boolean wanted = checksum == null ? mark != null && mark.equals(kept) : checksum.equals(source);
    long size = facts.integer("size", -1);
    if (!wanted || !(ofThisBoot(facts) || isStill(stored))) {
      return null;
    }
    return new Fetched(whole(), size, source, stored, checksum != null, kept);
  }

  /** The machine may have gone down before all of it was on the disk. */
  private boolean isStill(Checksum stored) throws InterruptedException {
    try (var hashing = new Hashing(stored.algorithm());
        InputStream whole = Files.newInputStream(whole())) {
      return hashing.endOf(whole).equals(stored);
    } catch (IOException unreadable) {
      return false;
    }
  }

  private boolean sameSize(long size) {
    try {
      return Files.size(whole()) == size;
    } catch (IOException absent) {
      return false;
    }
  }

  /** Makes a finished file the whole one. */
  void finish(Path finished, Fetched facts) throws IOException {
    Files.move(
        finished, whole(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Json.Builder written =
        Json.object()
            .put("size", facts.size())
            .put("source", facts.source().toString())
            .put("stored", facts.stored().toString());
    write(facts.mark() == null ? written : written.put("mark", facts.mark()));
  }

  void discardPart() throws IOException {
    Files.deleteIfExists(part());
    Files.deleteIfExists(unpacking());
    Files.deleteIfExists(facts());
  }

  private Json.Obj read() {
    try {
      if (Files.size(facts()) > LARGEST_FACTS) {
        return Json.object().build();
      }
      return Objects.requireNonNull(JsonText.read(Files.readString(facts()))).asObject();
    } catch (IOException | JsonText.Malformed absent) {
      return Json.object().build();
    }
  }

  private void write(Json.Builder facts) throws IOException {
    if (BOOT != null) {
      facts.put("boot", BOOT);
    }
    Path fresh = folder.resolve(key + ".new");
    Files.writeString(fresh, JsonText.write(facts.build()) + "\n");
    Files.move(fresh, facts(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
