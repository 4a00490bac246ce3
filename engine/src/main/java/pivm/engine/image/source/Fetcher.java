package pivm.engine.image.source;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pivm.engine.image.Addresses;
import pivm.engine.image.Amounts;
import pivm.engine.image.Compression;
import pivm.engine.manifest.Checksum;
import pivm.proxmox.Time;

/** Fetches files into the cache: goes on where it broke off, hashes, verifies, unpacks. */
public final class Fetcher {
  private static final int TRIES_WITHOUT_PROGRESS = 4;

  /** The state folder must not be filled to the brim. */
  private static final long SPARE = 64L << 20;

  /** Of a file whose server does not say how long it is. */
  private static final long LARGEST_UNTOLD = 16L << 30;

  private static final long CHECK_ROOM_EVERY = 64L << 20;

  private final Web web;
  private final ImageCache cache;
  private final Time time;

  public Fetcher(Web web, ImageCache cache, Time time) {
    this.web = web;
    this.cache = cache;
    this.time = time;
  }

  /**
   * What to fetch.
   *
   * @param name of the file once it is unpacked
   * @param packed how the source is compressed
   * @param checksum of what the source gives; null when not known
   * @param mark of the source's present content; null when not known
   * @param size of what the source gives; null when not known
   */
  public record Wanted(
      String url,
      String name,
      Compression packed,
      @Nullable Checksum checksum,
      @Nullable String mark,
      @Nullable Long size) {}

  /**
   * Fetches a file, or gives the cached one when it is what is wanted.
   *
   * @param log takes a sentence when something goes otherwise than hoped
   * @throws WebException when it cannot be had, is not what was announced, or there is no room
   * @throws InterruptedException when the thread is asked to end; what was received is kept
   */
  public Fetched fetch(Wanted wanted, Progress progress, Consumer<String> log)
      throws WebException, InterruptedException {
    try {
      CacheEntry entry = cache.entry(wanted.url(), wanted.name());
      Fetched known = entry.known(wanted.checksum(), wanted.mark());
      return known == null ? persistently(wanted, entry, progress, log) : known;
    } catch (WebException known) {
      throw known;
    } catch (IOException failed) {
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      if (isFull(failed)) {
        throw full(wanted, failed);
      }
      throw new WebException(
          "the cache " + cache.folder() + " can't be used: " + failed.getMessage(), true, failed);
    }
  }

  /** As the system says it: ENOSPC, EDQUOT. */
  private static boolean isFull(IOException failed) {
    String said = String.valueOf(failed.getMessage());
    return said.contains("No space left on device") || said.contains("Disk quota exceeded");
  }

  /** What fills the disk that PIVM's own records are on does not stay there. */
  private WebException full(Wanted wanted, IOException failed) {
    try {
      cache.entry(wanted.url(), wanted.name()).discardPart();
    } catch (IOException stays) {
      failed.addSuppressed(stays);
    }
    return new WebException(
        Addresses.shown(wanted.url())
            + " does not fit: the disk of "
            + cache.folder()
            + " is full; nothing of it was kept; make room there, or set STATE_DIR",
        true,
        failed);
  }

  private Fetched persistently(
      Wanted wanted, CacheEntry entry, Progress progress, Consumer<String> log)
      throws IOException, InterruptedException {
    int tries = 0;
    while (true) {
      long before = received(entry);
      try {
        return once(wanted, entry, progress);
      } catch (WebException broken) {
        tries = received(entry) > before ? 1 : tries + 1;
        if (broken.lasting() || tries >= TRIES_WITHOUT_PROGRESS) {
          throw broken;
        }
        log.accept(broken.getMessage() + "; trying again");
        time.sleep(Duration.ofMillis(500L << tries));
      }
    }
  }

  private static long received(CacheEntry entry) throws IOException {
    return Files.exists(entry.part()) ? Files.size(entry.part()) : 0;
  }

  private Fetched once(Wanted wanted, CacheEntry entry, Progress progress)
      throws IOException, InterruptedException {
    URI address = Addresses.parse(wanted.url());
    if (address == null) {
      throw new WebException(Addresses.shown(wanted.url()) + " is no address", true, null);
    }
    String mark = entry.partMark();
    long have = mark == null ? 0 : received(entry);
    Checksum source;
    try (WebAnswer answer = web.file(address, have, mark, wanted.checksum() != null)) {
      if (answer.from() == 0) {
        entry.startPart(answer.head().mark());
      }
      mark = answer.head().mark();
      source = receive(wanted, entry, answer, progress);
    }
    verify(wanted, entry, source);
    return unpacked(wanted, entry, source, mark);
  }

  private Checksum receive(Wanted wanted, CacheEntry entry, WebAnswer answer, Progress progress)
      throws IOException, InterruptedException {
    String shown = Addresses.shown(wanted.url());
    refuseText(answer.head().type(), shown);
    Long total = answer.head().length();
    room(shown, total == null ? 0 : total - answer.from());
    String algorithm = wanted.checksum() == null ? "sha256" : wanted.checksum().algorithm();
    try (var hashing = new Hashing(algorithm);
        FileChannel part =
            FileChannel.open(
                entry.part(),
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
      part.truncate(answer.from());
      hashAgain(part, hashing);
      long done = copy(wanted, answer, part, hashing, progress);
      if (total != null && done < total) {
        throw new WebException(
            shown + " ended after " + done + " of " + total + " bytes", false, null);
      }
      return hashing.end();
    }
  }

  private static void hashAgain(FileChannel part, Hashing hashing)
      throws IOException, InterruptedException {
    while (part.position() < part.size()) {
      byte[] buffer = hashing.buffer();
      int length = part.read(ByteBuffer.wrap(buffer));
      hashing.hash(buffer, length);
    }
  }

  private long copy(
      Wanted wanted, WebAnswer answer, FileChannel part, Hashing hashing, Progress progress)
      throws IOException, InterruptedException {
    String shown = Addresses.shown(wanted.url());
    Long total = answer.head().length();
    long done = answer.from();
    long checked = done;
    while (true) {
      byte[] buffer = hashing.buffer();
      int length = read(answer, buffer, wanted);
      if (length < 0) {
        return done;
      }
      if (done == 0) {
        refusePage(buffer, length, shown);
      }
      part.write(ByteBuffer.wrap(buffer, 0, length));
      hashing.hash(buffer, length);
      done += length;
      if (done - checked > CHECK_ROOM_EVERY) {
        checked = done;
        roomForMore(shown);
        tooMuch(wanted, done, total, shown);
      }
      progress.at(done, total == null ? -1 : total);
    }
  }

  private static int read(WebAnswer answer, byte[] buffer, Wanted wanted) throws WebException {
    try {
      return answer.body().read(buffer);
    } catch (SocketTimeoutException slow) {
      throw Web.failure(URI.create(Addresses.shown(wanted.url()).replace("?…", "")), slow);
    } catch (IOException broken) {
      if (answer.head().length() != null) {
        // The bytes that are missing say all there is to say.
        return -1;
      }
      throw Web.failure(URI.create(Addresses.shown(wanted.url()).replace("?…", "")), broken);
    }
  }

  /** A server that names no length may go on for ever. */
  private static void tooMuch(Wanted wanted, long done, @Nullable Long total, String shown)
      throws WebException {
    Long size = wanted.size();
    if (total == null && size != null && done > size) {
      throw new WebException(
          shown + " goes on after the " + size + " bytes that it was said to have", true, null);
    }
    if (total == null && done > LARGEST_UNTOLD) {
      throw new WebException(
          shown
              + " does not say how long it is, and goes on after "
              + Amounts.bytes(LARGEST_UNTOLD)
              + "; name another address",
          true,
          null);
    }
  }

  private static void refuseText(String type, String shown) throws WebException {
    if (type.equals("text/html") || type.equals("application/xhtml+xml")) {
      throw new WebException(shown + " is a web page, not an image; check the url", true, null);
    }
  }

  private static void refusePage(byte[] bytes, int length, String shown) throws WebException {
    String start =
        new String(bytes, 0, Math.min(length, 64), StandardCharsets.ISO_8859_1)
            .strip()
            .toLowerCase(Locale.ROOT);
    if (start.startsWith("<!doctype html") || start.startsWith("<html")) {
      refuseText("text/html", shown);
    }
  }

  private void roomForMore(String shown) throws IOException {
    if (cache.free() < SPARE) {
      throw new IOException(shown + ": No space left on device but what is kept free");
    }
  }

  private void room(String shown, long needed) throws IOException {
    long free = cache.free();
    if (needed + SPARE > free) {
      throw new WebException(
          shown
              + " does not fit: "
              + needed
              + " bytes are needed in "
              + cache.folder()
              + ", and "
              + free
              + " are free; make room there, or set STATE_DIR",
          true,
          null);
    }
  }

  private static void verify(Wanted wanted, CacheEntry entry, Checksum source) throws IOException {
    if (wanted.checksum() != null && !wanted.checksum().equals(source)) {
      entry.discardPart();
      throw new WebException(
          Addresses.shown(wanted.url())
              + " is not what was announced: its checksum is "
              + source
              + " instead of "
              + wanted.checksum()
              + "; nothing was stored",
          true,
          null);
    }
  }

  private Fetched unpacked(Wanted wanted, CacheEntry entry, Checksum source, @Nullable String mark)
      throws IOException, InterruptedException {
    boolean known = wanted.checksum() != null;
    if (wanted.packed() == Compression.NONE) {
      var facts = new Fetched(entry.whole(), received(entry), source, source, known, mark);
      entry.finish(entry.part(), facts);
      return facts;
    }
    String shown = Addresses.shown(wanted.url());
    Checksum stored;
    try {
      stored =
          Unpacker.unpack(
              entry.part(), entry.unpacking(), wanted.packed(), _ -> roomForMore(shown));
    } catch (IOException wrong) {
      if (isFull(wrong)) {
        throw wrong;
      }
      entry.discardPart();
      throw new WebException(shown + " " + wrong.getMessage(), true, wrong);
    }
    var facts =
        new Fetched(entry.whole(), Files.size(entry.unpacking()), source, stored, known, mark);
    entry.finish(entry.unpacking(), facts);
    Files.deleteIfExists(entry.part());
    return facts;
  }
}
