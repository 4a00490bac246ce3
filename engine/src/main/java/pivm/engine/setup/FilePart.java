package pivm.engine.setup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.zip.CRC32;

/**
 * A file.
 *
 * @param place where it really is; {@code path} is what people call it
 * @param written the mark of what set-up wrote there the last time; empty when it wrote nothing. A
 *     file that was edited since is left alone
 * @param kept whether it is the operator's from then on: never overwritten, and kept
 */
public record FilePart(
    Path place, String path, String text, String mode, String written, boolean kept)
    implements Part {

  @Override
  public String what() {
    return "file";
  }

  @Override
  public String name() {
    return path;
  }

  @Override
  public String detail() {
    return kept ? "" : mark(text);
  }

  /** Tells one text from another; nobody has a reason to forge it. */
  private static String mark(String text) {
    var sum = new CRC32();
    sum.update(text.getBytes(StandardCharsets.UTF_8));
    return Long.toHexString(sum.getValue()) + "-" + text.length();
  }

  @Override
  public Look look() throws IOException {
    if (!Files.exists(place)) {
      return Look.of(State.MISSING);
    }
    String now = kept ? text : Files.readString(place);
    if (now.equals(text)) {
      return Look.of(State.THERE);
    }
    return written.isEmpty() || written.equals(mark(now))
        ? new Look(State.OTHER, "it reads otherwise")
        : new Look(State.BARRED, "it was edited since; without it, it would be written anew");
  }

  @Override
  public void make() throws IOException {
    Path folder = place.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IOException(path + " is no file");
    }
    Files.createDirectories(folder);
    Path fresh = Files.createTempFile(folder, ".pivm-", ".tmp");
    try {
      Files.writeString(fresh, text);
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(mode));
      Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  @Override
  public String remove() throws IOException {
    Files.deleteIfExists(place);
    return "";
  }
}
