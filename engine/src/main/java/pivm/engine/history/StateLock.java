package pivm.engine.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two runs on one machine from sharing a state folder at the same time. The system frees it
 * when the process ends, however it ends.
 */
public final class StateLock implements AutoCloseable {

  /** Another run holds the state folder. */
  public static final class Busy extends RuntimeException {
    Busy(String message) {
      super(message);
    }
  }

  private static final Pattern PROCESS = Pattern.compile("^process (\\d{1,18})\\b");

  private final FileChannel file;

  private StateLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Takes the lock.
   *
   * @param what for the message that others meet: {@code apply}
   * @throws Busy when another run holds it
   */
  public static StateLock take(Path state, String what) {
    try {
      OwnerOnly.makeFolder(state);
      Path path = state.resolve("pivm.lock");
      FileChannel file =
          FileChannel.open(
              path,
              EnumSet.of(
                  StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              OwnerOnly.file(state));
      if (tryLock(file) == null) {
        file.close();
        throw new Busy(busy(state, Files.readString(path).strip()));
      }
      String holder = "process " + ProcessHandle.current().pid() + ", " + what;
      file.truncate(0);
      file.write(ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8)), 0);
      return new StateLock(file);
    } catch (IOException cannotLock) {
      throw new UncheckedIOException("the state folder " + state + " cannot be used", cannotLock);
    }
  }

  /**
   * Who works in a state folder, such as {@code process 12, apply}; null when nobody does. Takes
   * nothing itself, so that whoever only looks is never in a run's way.
   */
  public static @Nullable String holder(Path state) {
    try {
      String holder = Files.readString(state.resolve("pivm.lock")).strip();
      Matcher process = PROCESS.matcher(holder);
      return process.find()
              && ProcessHandle.of(Long.parseLong(process.group(1)))
                  .map(ProcessHandle::isAlive)
                  .orElse(false)
          ? holder
          : null;
    } catch (IOException neverUsed) {
      return null;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException heldByThisProcess) {
      return null;
    }
  }

  private static String busy(Path state, String holder) {
    return "another run ("
        + (holder.isEmpty() ? "starting" : holder)
        + ") works in "
        + state
        + "; two at once would mix their records. Wait until it has ended, or end it with Ctrl-C"
        + " where it runs.";
  }

  @Override
  public void close() {
    try {
      file.truncate(0);
      file.close();
    } catch (IOException cannotClose) {
      throw new UncheckedIOException(cannotClose);
    }
  }
}
