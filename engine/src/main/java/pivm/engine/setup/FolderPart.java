package pivm.engine.setup;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A folder.
 *
 * @param place where it really is; {@code path} is what people call it
 */
public record FolderPart(Path place, String path, String mode, boolean kept) implements Part {

  @Override
  public String what() {
    return "folder";
  }

  @Override
  public String name() {
    return path;
  }

  @Override
  public Look look() {
    if (Files.isDirectory(place)) {
      return Look.of(State.THERE);
    }
    return Files.exists(place)
        ? new Look(State.BARRED, "a file has that name")
        : Look.of(State.MISSING);
  }

  @Override
  public void make() throws IOException {
    Files.createDirectories(place);
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString(mode));
  }

  /** Only when it is empty: what others put there is not ours. */
  @Override
  public String remove() throws IOException {
    try {
      Files.deleteIfExists(place);
      return "";
    } catch (DirectoryNotEmptyException used) {
      return "something is in it";
    }
  }
}
