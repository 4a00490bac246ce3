package pivm.engine.image.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Checksum;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/** The cached files of one address: its facts, a part of it, or all of it. */
final class CacheEntry {
  private static final int LARGEST_FACTS = 1 << 16;
  private final Path folder;
  private final String key;
  private final String name;

  CacheEntry(Path folder, String url, String name) {
    this.folder = folder;
    this.key = key(url + "\n" + name);
    this.name = name;
  }

  private static String key(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("this Java has no SHA-256", absent);
    }
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
    return folder.resolve(key + "-" + name);
  }

  private Path facts() {
    return folder.resolve(key + ".json");
  }

  /** The mark under which the part was received; null when it is of no use. */
  @Nullable String partMark() {
    return read().text("mark");
  }

  void startPart(@Nullable String mark) throws IOException {
    Files.deleteIfExists(whole());
    Json.Builder facts = Json.object();
    write(mark == null ? facts : facts.put("mark", mark));
  }

  /** The whole file, if it is what is wanted now; null when it must be fetched. */
  @Nullable Fetched known(@Nullable Checksum checksum, @Nullable String mark) {
    Json.Obj facts = read();
    Checksum source = Checksum.parse(facts.text("source", ""));
    Checksum stored = Checksum.parse(facts.text("stored", ""));
    if (source == null || stored == null || !sameSize(facts.integer("size", -1))) {
      return null;
    }
    String kept = facts.text("mark");
    boolean wanted = checksum == null ? mark != null && mark.equals(kept) : checksum.equals(source);
    long size = facts.integer("size", -1);
    return wanted ? new Fetched(whole(), size, source, stored, checksum != null, kept) : null;
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
    Path fresh = folder.resolve(key + ".new");
    Files.writeString(fresh, JsonText.write(facts.build()) + "\n");
    Files.move(fresh, facts(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
