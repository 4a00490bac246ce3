package pivm.engine.image.source;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import pivm.engine.manifest.Checksum;

/**
 * Hashes what streams by on a thread of its own, so that reading and writing go on meanwhile.
 * Buffers are lent by {@link #buffer} and come back when they are hashed.
 */
final class Hashing implements AutoCloseable {
  static final int BUFFER = 1 << 18;
  private static final int BUFFERS = 8;
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
  private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(BUFFERS);
  private final BlockingQueue<Piece> full = new ArrayBlockingQueue<>(BUFFERS + 1);
  private final Thread thread;
  private final String algorithm;

  /**
   * @param algorithm as {@link Checksum} names it
   */
  Hashing(String algorithm) {
    this.algorithm = algorithm;
    this.digest = digest(algorithm);
    for (int i = 0; i < BUFFERS; i++) {
      free.add(new byte[BUFFER]);
    }
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
        free.put(piece.bytes);
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** A buffer to fill; waits when hashing lags behind. */
  byte[] buffer() throws InterruptedException {
    return free.take();
  }

  /** Hashes a lent buffer's first bytes. The buffer must not be changed any more. */
  void hash(byte[] buffer, int length) throws InterruptedException {
    full.put(new Piece(buffer, length));
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
