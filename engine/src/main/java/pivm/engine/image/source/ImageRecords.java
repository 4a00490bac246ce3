package pivm.engine.image.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.history.OwnerOnly;
import pivm.engine.image.ImageRecord;
import pivm.engine.manifest.Checksum;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/**
 * The record of what PIVM brought onto storages, in the state folder. Only what stands in it may
 * ever be called obsolete; losing it loses nothing else.
 */
public final class ImageRecords {
  private final Path state;
  private final Path folder;
  private final Path file;

  /**
   * @param state PIVM's state folder
   */
  public ImageRecords(Path state) {
    this.state = state;
    this.folder = state.resolve("images");
    this.file = folder.resolve("records.json");
  }

  Path state() {
    return state;
  }

  /** All records, of every cluster; none when there is no record, or it cannot be read. */
  public List<ImageRecord> all() {
    try {
      var records = new ArrayList<ImageRecord>();
      for (Json.Obj entry : JsonText.read(Files.readString(file)).objects()) {
        records.add(read(entry));
      }
      return List.copyOf(records);
    } catch (IOException | JsonText.Malformed none) {
      return List.of();
    }
  }

  private static ImageRecord read(Json.Obj entry) {
    return new ImageRecord(
        entry.text("cluster", ""),
        entry.text("node", ""),
        entry.text("volume", ""),
        entry.text("os", ""),
        entry.text("version", ""),
        Checksum.parse(entry.text("source", "")),
        entry.text("mark"),
        entry.integer("size", -1),
        entry.integer("since", 0));
  }

  /** Keeps a record, in the place of an earlier one of the same file. */
  public synchronized void add(ImageRecord fresh) {
    var records = new ArrayList<>(all());
    records.removeIf(fresh::sameFile);
    records.add(fresh);
    write(records);
  }

  /** Forgets a file. */
  public synchronized void remove(String cluster, String node, String volume) {
    var records = new ArrayList<>(all());
    boolean known =
        records.removeIf(kept ->
            kept.cluster().equals(cluster)
                && kept.node().equals(node)
                && kept.volume().equals(volume));
    if (known) {
      write(records);
    }
  }

  private void write(List<ImageRecord> records) {
    try {
      OwnerOnly.makeFolder(folder);
      Path fresh = Files.createTempFile(folder, ".records-", ".new");
      Files.writeString(
          fresh,
          JsonText.write(Json.array(records.stream().map(ImageRecords::form).toList())) + "\n");
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException cannotWrite) {
      throw new UncheckedIOException(
          "the record of images " + file + " cannot be written: " + cannotWrite.getMessage(),
          cannotWrite);
    }
  }

  private static Json form(ImageRecord kept) {
    Json.Builder form =
        Json.object()
            .put("cluster", kept.cluster())
            .put("node", kept.node())
            .put("volume", kept.volume())
            .put("os", kept.os())
            .put("version", kept.version())
            .put("size", kept.size())
            .put("since", kept.since());
    putIfKnown(form, "source", kept.source() == null ? null : kept.source().toString());
    putIfKnown(form, "mark", kept.mark());
    return form.build();
  }

  private static void putIfKnown(Json.Builder form, String name, @Nullable String value) {
    if (value != null) {
      form.put(name, value);
    }
  }
}
