package pivm.engine.image;

import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.Checksum;

/**
 * A file that a source offers.
 *
 * @param name the file's name at the source
 * @param address where it is: a URL, a template's name, or a registry's reference
 * @param version empty when the name does not tell
 * @param checksum null when not known
 * @param size in bytes; null when not known
 * @param mark what changes when the source's content does (an entity tag, a date); null when not
 *     known
 */
public record Offer(
    String name,
    String address,
    String version,
    @Nullable Checksum checksum,
    @Nullable Long size,
    @Nullable String mark) {

  public static Offer of(String name, String address) {
    return new Offer(name, address, "", null, null, null);
  }

  public Offer withVersion(String other) {
    return new Offer(name, address, other, checksum, size, mark);
  }

  public Offer withChecksum(@Nullable Checksum other) {
    return new Offer(name, address, version, other, size, mark);
  }

  public Offer withContent(@Nullable Long bytes, @Nullable String changed) {
    return new Offer(name, address, version, checksum, bytes, changed);
  }
}
