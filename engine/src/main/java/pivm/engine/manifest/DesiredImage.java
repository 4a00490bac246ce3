package pivm.engine.manifest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An image as a manifest declares it.
 *
 * @param os what people call it; entries of one name are versions of each other
 * @param version null when the newest is wanted, or nothing is said
 * @param filename the name to store it under; null for that of the source
 * @param checksum of the file as the source has it, before it is unpacked; null when not given
 * @param checksumUrl a list of checksums; null when not given
 * @param content {@code iso}, {@code vztmpl} or {@code import}; null to go by the file's name
 * @param nodes where it is to be; empty for every node that has the storage
 * @param storage null for the manifest's
 * @param keep how many versions stay
 */
public record DesiredImage(
    Place place,
    String os,
    @Nullable String version,
    ImageSource source,
    @Nullable String filename,
    @Nullable Checksum checksum,
    @Nullable String checksumUrl,
    @Nullable String content,
    List<String> nodes,
    @Nullable String storage,
    int keep) {
  public DesiredImage {
    nodes = List.copyOf(nodes);
  }

  /** How messages name it. */
  public String subject() {
    return "image " + os + (version == null ? "" : " " + version);
  }
}
