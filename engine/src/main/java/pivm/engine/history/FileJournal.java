package pivm.engine.history;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import pivm.proxmox.json.JsonText;

/** A journal in a file of JSON lines that only its owner can read. */
public final class FileJournal implements Journal, AutoCloseable {

  private final FileChannel file;

  private FileJournal(FileChannel file) {
    this.file = file;
  }

  /**
   * Opens a journal for appending; makes it when it is not there. A torn last line, which a kill in
   * the middle of a write leaves, is ended so that the next record stands on its own line.
   */
  static FileJournal append(Path folder, String name) {
    Path path = folder.resolve(name);
    try {
      boolean fresh = !Files.exists(path);
      FileChannel file =
          FileChannel.open(
              path,
              EnumSet.of(
                  StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
              OwnerOnly.file(folder));
      file.position(file.size());
      if (fresh) {
        OwnerOnly.sync(folder);
      } else {
        endTornLine(file);
      }
      return new FileJournal(file);
    } catch (IOException cannotOpen) {
      throw new UncheckedIOException(
          "the journal " + path + " cannot be written: " + cannotOpen.getMessage(), cannotOpen);
    }
  }

  private static void endTornLine(FileChannel file) throws IOException {
    if (file.size() == 0) {
      return;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    file.read(last, file.size() - 1);
    if (last.array()[0] != '\n') {
      writeFully(file, "\n");
    }
  }

  @Override
  public synchronized void write(JournalRecord journalRecord) {
    try {
      writeFully(file, JsonText.write(RecordForm.write(journalRecord)) + "\n");
      if (mustLast(journalRecord)) {
        file.force(false);
      }
    } catch (IOException cannotWrite) {
      throw new UncheckedIOException(
          "the journal cannot be written: "
              + cannotWrite.getMessage()
              + "; make room in the state folder, then pivm resume settles what was under way",
          cannotWrite);
    }
  }

  private static boolean mustLast(JournalRecord journalRecord) {
    return switch (journalRecord) {
      case JournalRecord.RunStarted _,
          JournalRecord.Intent _,
          JournalRecord.Mark _,
          JournalRecord.Outcome _,
          JournalRecord.Removing _,
          JournalRecord.RunEnded _ ->
          true;
      case JournalRecord.TaskKnown _, JournalRecord.Settled _, JournalRecord.Remark _ -> false;
    };
  }

  private static void writeFully(FileChannel file, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }

  @Override
  public synchronized void close() {
    try {
      file.close();
    } catch (IOException cannotClose) {
      throw new UncheckedIOException(cannotClose);
    }
  }
}
