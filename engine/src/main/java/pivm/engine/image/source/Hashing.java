package pivm.engine.image.source;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingDeque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingDeque;
import pivm.engine.manifest.Checksum;

/**
 * Hashes what streams by on a thread of its own, so that reading and writing go on meanwhile.
 * Buffers are lent by {@link #buffer}, to one thread, and come back when they are hashed.
 */
final class Hashing implements AutoCloseable {
  static final int BUFFER = 1 << 18;

  /** Enough that reading does not wait while Java still compiles the hash function. */
  private static final int BUFFERS = 64;

  private static final Piece LAST = new Piece(new byte[0], -1);

  /** The first bytes of a buffer. */
  private static final class Piece {
    final byte[] bytes;
    final int length;

    Piece(byte[] bytes, int length) {
      this.bytes = bytes;
      this.length = length;
    }
  }

  private final MessageDigest digest;

  /** What came back last is lent first: it is in the processor's cache. */
  private final BlockingDeque<byte[]> free = new LinkedBlockingDeque<>();

  private int made;
  private final BlockingQueue<Piece> full = new ArrayBlockingQueue<>(BUFFERS + 1);
  private final Thread thread;
  private final String algorithm;

  /**
   * @param algorithm as {@link Checksum} names it
   */
  Hashing(String algorithm) {
    this.algorithm = algorithm;
    this.digest = digest(algorithm);
    this.thread = Thread.ofPlatform().daemon().name("hashing").start(this::work);
  }

  private static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(new Checksum(algorithm, "").javaName());
    } catch (NoSuchAlgorithmException unknown) {
      throw new IllegalArgumentException("this Java has no " + algorithm, unknown);
    }
  }

  private void work() {
    try {
      for (Piece piece = full.take(); piece != LAST; piece = full.take()) {
        digest.update(piece.bytes, 0, piece.length);
        free.addFirst(piece.bytes);
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** A buffer to fill; waits when hashing lags behind. */
  byte[] buffer() throws InterruptedException {
    byte[] back = free.pollFirst();
    if (back != null) {
      return back;
    }
    if (made < BUFFERS) {
      made++;
      return new byte[BUFFER];
    }
    return free.takeFirst();
  }

  /** Hashes a lent buffer's first bytes. The buffer must not be changed any more. */
  void hash(byte[] buffer, int length) throws InterruptedException {
    full.put(new Piece(buffer, length));
  }

  /** Hashes a stream to its end; the checksum of all that was hashed. */
  Checksum endOf(InputStream stream) throws IOException, InterruptedException {
    while (true) {
      byte[] buffer = buffer();
      int length = stream.read(buffer);
      if (length < 0) {
        return end();
      }
      hash(buffer, length);
    }
  }

  /** The checksum of all that was hashed. */
  Checksum end() throws InterruptedException {
    full.put(LAST);
    thread.join();
    return new Checksum(algorithm, HexFormat.of().formatHex(digest.digest()));
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
