package pivm.engine.image.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pivm.engine.history.OwnerOnly;
import pivm.engine.image.ImageState;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/**
 * What was found when sources were asked last, for those who only want to know and not to ask
 * again.
 *
 * @param there how many files are as declared
 * @param missing how many are to be fetched, or fetched anew
 * @param unknown what can't be told or can't be, the first one with its reason; empty for nothing
 * @param unknowns how many of those there are
 */
public record LastLook(Instant at, int there, int missing, int unknowns, String unknown) {

  /** What states add up to. */
  static LastLook of(Instant at, List<ImageState> states) {
    int there = 0;
    int missing = 0;
    int unknowns = 0;
    String unknown = "";
    for (ImageState one : states) {
      switch (one.state()) {
        case PRESENT -> there++;
        case MISSING, OUTDATED -> missing++;
        case UNKNOWN, IMPOSSIBLE -> {
          unknowns++;
          unknown = unknown.isEmpty() ? one.os() + ": " + one.note() : unknown;
        }
        case OBSOLETE -> {}
      }
    }
    return new LastLook(at, there, missing, unknowns, unknown);
  }

  private static Path file(Path state) {
    return state.resolve("images").resolve("last-look.json");
  }

  /**
   * Null when nobody has looked from here, or it can't be read.
   *
   * @param state PIVM's state folder
   */
  public static @Nullable LastLook read(Path state) {
    try {
      Json.Obj form = JsonText.read(Files.readString(file(state))).asObject();
      return new LastLook(
          Instant.ofEpochSecond(form.integer("at", 0)),
          (int) form.integer("there", 0),
          (int) form.integer("missing", 0),
          (int) form.integer("unknowns", 0),
          form.text("unknown", ""));
    } catch (IOException | JsonText.Malformed none) {
      return null;
    }
  }

  /** Keeps it where that is possible: looking must not fail for want of a place. */
  void keep(Path state) {
    Json form =
        Json.object()
            .put("at", at.getEpochSecond())
            .put("there", there)
            .put("missing", missing)
            .put("unknowns", unknowns)
            .put("unknown", unknown)
            .build();
    try {
      Path folder = state.resolve("images");
      OwnerOnly.makeFolder(folder);
      Path fresh = Files.createTempFile(folder, ".look-", ".new");
      Files.writeString(fresh, JsonText.write(form) + "\n");
      Files.move(
          fresh, file(state), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException notKept) {
      // Then it is as if nobody had looked.
      return;
    }
  }
}
