package pivm.engine.network.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import pivm.engine.history.OwnerOnly;
import pivm.engine.network.NodeNetwork;
import pivm.engine.network.PendingDiff;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/**
 * What PIVM has written as pending on which node: the only way to tell it from the edits of people,
 * and to know what is in use while something is pending. A file a node in the state folder.
 */
public final class StagedStore {
  private static final String ENDING = ".json";

  private final Path folder;

  /**
   * What was written.
   *
   * @param diff fingerprint of Proxmox's diff afterwards; empty while it was being written
   * @param before the interfaces as they were, with nothing pending
   */
  public record Staged(String diff, NodeNetwork before) {

    /** Whether what is pending is just this. */
    public boolean is(@Nullable String pending) {
      return pending != null && !diff.isEmpty() && PendingDiff.fingerprint(pending).equals(diff);
    }
  }

  /**
   * @param state the state folder
   */
  public StagedStore(Path state) {
    folder = state.resolve("network");
  }

  private Path file(String node) {
    return folder.resolve(node + ENDING);
  }

  /**
   * The nodes on which something was written.
   *
   * @throws UncheckedIOException when it can't be read
   */
  public SortedSet<String> nodes() {
    var nodes = new TreeSet<String>();
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        files
            .map(file -> String.valueOf(file.getFileName()))
            .filter(name -> name.endsWith(ENDING))
            .forEach(name -> nodes.add(name.substring(0, name.length() - ENDING.length())));
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
    return nodes;
  }

  /**
   * What was written on a node last; null for nothing.
   *
   * @throws UncheckedIOException when it can't be read
   */
  public @Nullable Staged of(String node) {
    Path file = file(node);
    try {
      if (!Files.exists(file)) {
        return null;
      }
      Json.Obj form = JsonText.read(Files.readString(file)).asObject();
      return new Staged(form.text("diff", ""), NodeNetwork.of(form.get("before"), null));
    } catch (JsonText.Malformed torn) {
      return null;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * Keeps what was written, or is about to be.
   *
   * @param diff Proxmox's diff; null before there is one
   * @throws UncheckedIOException when it can't be kept
   */
  public void keep(String node, @Nullable String diff, NodeNetwork before) {
    Json.Obj form =
        Json.object()
            .put("diff", diff == null ? "" : PendingDiff.fingerprint(diff))
            .put("before", before.listed())
            .build();
    try {
      OwnerOnly.makeFolder(folder);
      Path part = Files.createTempFile(folder, node, ".part", OwnerOnly.file(folder));
      Files.writeString(part, JsonText.write(form) + "\n");
      Files.move(
          part, file(node), StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }

  /**
   * Nothing of PIVM's is pending there any more.
   *
   * @throws UncheckedIOException when it can't be forgotten
   */
  public void forget(String node) {
    try {
      Files.deleteIfExists(file(node));
    } catch (IOException unwritable) {
      throw new UncheckedIOException(unwritable);
    }
  }
}
