package pivm.engine.image.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import pivm.engine.history.OwnerOnly;

/** The folder in which images are fetched, verified and unpacked before they are brought on. */
public final class ImageCache {
  /** A part that nobody went on with for so long is of no use any more. */
  private static final Duration KEEP = Duration.ofDays(7);

  private static final long MOST_BYTES = 20L << 30;

  private final Path folder;

  /**
   * @param state PIVM's state folder
   */
  public ImageCache(Path state) {
    this.folder = state.resolve("images").resolve("cache");
  }

  CacheEntry entry(String url, String name) throws IOException {
    OwnerOnly.makeFolder(folder);
    return new CacheEntry(folder, url, name);
  }

  /** Bytes that can still be written into it. */
  long free() throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  Path folder() {
    return folder;
  }

  /** Deletes what is old, and of the rest the oldest beyond a bound. */
  public void prune(Instant now) throws IOException {
    if (!Files.isDirectory(folder)) {
      return;
    }
    record Kept(Path file, Instant changed, long size) {}
    List<Kept> files;
    try (Stream<Path> all = Files.list(folder)) {
      files =
          all.map(file -> new Kept(file, changed(file), size(file)))
              .sorted(Comparator.comparing(Kept::changed).reversed())
              .toList();
    }
    long kept = 0;
    for (Kept file : files) {
      kept += file.size();
      if (file.changed().isBefore(now.minus(KEEP)) || kept > MOST_BYTES) {
        Files.deleteIfExists(file.file());
      }
    }
  }

  private static Instant changed(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException gone) {
      return Instant.EPOCH;
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException gone) {
      return 0;
    }
  }
}
