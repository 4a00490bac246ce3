package pivm.engine.image;

import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Checksum;

/**
 * What PIVM knows of a file that it brought onto a storage.
 *
 * @param cluster the cluster, as a run's journal names it; empty when it has no name
 * @param node where it is; empty on shared storage
 * @param volume {@code STORAGE:CONTENT/NAME}
 * @param os the entry's name
 * @param source checksum of what the source gave; null when nobody computed it
 * @param mark of the source's content then; null when the server gave none
 * @param size in bytes, of the stored file; negative when not known
 * @param since when it was brought, seconds since 1970
 */
public record ImageRecord(
    String cluster,
    String node,
    String volume,
    String os,
    String version,
    @Nullable Checksum source,
    @Nullable String mark,
    long size,
    long since) {

  /** Whether it is about the same file. */
  public boolean sameFile(ImageRecord other) {
    return cluster.equals(other.cluster) && node.equals(other.node) && volume.equals(other.volume);
  }
}
