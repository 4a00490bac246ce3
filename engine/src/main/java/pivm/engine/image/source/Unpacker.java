package pivm.engine.image.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import pivm.engine.image.Compression;
import pivm.engine.manifest.Checksum;

/**
 * Unpacks compressed files: gzip by itself, the rest by the tools that every Debian system has,
 * which are faster than any library and follow their formats.
 */
final class Unpacker {

  /** Takes what was unpacked. */
  @FunctionalInterface
  interface Room {
    /**
     * @throws IOException when there is no room for more
     */
    void check(long written) throws IOException;
  }

  /**
   * Unpacks a file into another one, hashing it on the way and leaving holes for zeros.
   *
   * @return the checksum of what was unpacked, as SHA-256
   * @throws IOException when it is not of that form, or there is no room
   */
  static Checksum unpack(Path from, Path to, Compression form, Room room)
      throws IOException, InterruptedException {
    Files.deleteIfExists(to);
    if (form == Compression.GZ) {
      try (InputStream unpacked = new GZIPInputStream(Files.newInputStream(from), 1 << 16)) {
        return copy(unpacked, to, room);
      } catch (java.util.zip.ZipException wrong) {
        throw new IOException("is no whole gz file: " + wrong.getMessage(), wrong);
      }
    }
    return byTool(from, to, form, room);
  }

  private static Checksum byTool(Path from, Path to, Compression form, Room room)
      throws IOException, InterruptedException {
    String tool =
        switch (form) {
          case XZ -> "xz";
          case ZST -> "zstd";
          case BZ2 -> "bzip2";
          case GZ, NONE -> throw new IllegalArgumentException("no tool for " + form);
        };
    Path complaints = Files.createTempFile(to.toAbsolutePath().getParent(), "unpack", ".err");
    Process process = null;
    try {
      process = start(List.of(tool, "-d", "-c", from.toString()), complaints);
      Checksum checksum;
      try (InputStream unpacked = process.getInputStream()) {
        checksum = copy(unpacked, to, room);
      }
      if (process.waitFor() != 0) {
        String said = Files.readString(complaints).strip();
        throw new IOException(
            "can't be unpacked: " + said.lines().findFirst().orElse(tool + " failed"));
      }
      return checksum;
    } finally {
      if (process != null) {
        process.destroyForcibly();
      }
      Files.deleteIfExists(complaints);
    }
  }

  private static Process start(List<String> command, Path complaints) throws IOException {
    try {
      return new ProcessBuilder(command)
          .redirectError(complaints.toFile())
          .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
          .start();
    } catch (IOException absent) {
      String tool = command.getFirst();
      String owner = tool.equals("xz") ? "xz-utils" : tool;
      throw new IOException(
          "can't be unpacked: "
              + tool
              + " is not installed here; install it with: apt install "
              + owner,
          absent);
    }
  }

  private static Checksum copy(InputStream from, Path to, Room room)
      throws IOException, InterruptedException {
    long written = 0;
    try (var hashing = new Hashing("sha256");
        var out = new SparseFile(to)) {
      while (true) {
        byte[] buffer = hashing.buffer();
        int length = from.readNBytes(buffer, 0, buffer.length);
        if (length == 0) {
          break;
        }
        room.check(written + length);
        out.write(buffer, length);
        hashing.hash(buffer, length);
        written += length;
      }
      out.finish();
      return hashing.end();
    }
  }

  /** A file in which blocks of zeros take no room. */
  private static final class SparseFile implements AutoCloseable {
    private static final byte[] ZEROS = new byte[1 << 16];
    private final java.io.RandomAccessFile file;
    private long at;

    SparseFile(Path path) throws IOException {
      file = new java.io.RandomAccessFile(path.toFile(), "rw");
    }

    void write(byte[] bytes, int length) throws IOException {
      for (int from = 0; from < length; from += ZEROS.length) {
        int block = Math.min(ZEROS.length, length - from);
        if (!Arrays.equals(bytes, from, from + block, ZEROS, 0, block)) {
          file.seek(at);
          file.write(bytes, from, block);
        }
        at += block;
      }
    }

    void finish() throws IOException {
      file.setLength(at);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private Unpacker() {}
}
