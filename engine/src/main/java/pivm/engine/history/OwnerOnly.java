package pivm.engine.history;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Files and folders that nobody else can read, where the file system knows owners. */
public final class OwnerOnly {

  private OwnerOnly() {}

  public static FileAttribute<?>[] file(Path folder) {
    return attributes(folder, "rw-------");
  }

  /** Makes a folder, and those above it. */
  public static void makeFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path above = folder.toAbsolutePath().getParent();
    if (above != null) {
      Files.createDirectories(above);
    }
    Files.createDirectories(folder, attributes(above == null ? folder : above, "rwx------"));
  }

  private static FileAttribute<?>[] attributes(Path near, String mode) {
    return near.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode))
        }
        : new FileAttribute<?>[0];
  }

  /** Brings a folder's entries to the disk, so that a new file in it outlives a power cut. */
  public static void sync(Path folder) throws IOException {
    try (FileChannel entries = FileChannel.open(folder, StandardOpenOption.READ)) {
      entries.force(true);
    }
  }
}
