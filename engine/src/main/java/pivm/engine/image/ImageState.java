package pivm.engine.image;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How it stands with a file that is declared, or was.
 *
 * @param os what its entry calls it; empty when no entry declares it
 * @param volume the file; empty when it is not known which
 * @param place where; empty when not known
 * @param version that is there, or is to be; empty when not known
 * @param newest the newest that the source has; empty when not known
 * @param size in bytes, of the file that is there; null when there is none
 * @param usedBy who uses it
 * @param note what a person should know; empty for nothing
 */
public record ImageState(
    String os,
    String volume,
    String place,
    String version,
    String newest,
    @Nullable Long size,
    State state,
    List<String> usedBy,
    String note) {
  public ImageState {
    usedBy = List.copyOf(usedBy);
  }

  /** In words, and as programs read them. */
  public enum State {
    PRESENT,
    MISSING,
    /** The source has other content under this name now. */
    OUTDATED,
    OBSOLETE,
    UNKNOWN,
    IMPOSSIBLE;

    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
