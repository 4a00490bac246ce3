package pivm.proxmox.config;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.SubKey;

/**
 * A disk, CD-ROM, mount point or unused volume of a guest.
 *
 * @param volumePart the name of the part that holds the reference: {@code file} or {@code volume}
 */
public record DiskValue(String volumePart, VolumeRef volume, PropertyString string) {

  // drive_is_cloudinit of qemu-server, src/PVE/QemuServer/Drive.pm.
  private static final Pattern CLOUD_INIT =
      Pattern.compile(".*[:/](?:vm-\\d+-)?cloudinit(?:\\.(?:raw|qcow|qed|qcow2|vmdk|cloop))?");

  /**
   * Reads the value of a key that holds a volume.
   *
   * @throws PropertyString.Malformed when it is no property string, or names no volume
   */
  public static DiskValue parse(GuestKey key, String text) {
    SubKey part = key.defaultPart();
    if (part == null || !key.holdsVolume()) {
      throw new IllegalArgumentException(key.pattern() + " holds no volume");
    }
    PropertyString string = PropertyString.parse(key, text);
    String reference = string.get(part.name());
    if (reference == null) {
      throw new PropertyString.Malformed("names no volume");
    }
    return new DiskValue(part.name(), VolumeRef.parse(reference), string);
  }

  public boolean cdrom() {
    return "cdrom".equals(string.get("media"));
  }

  public boolean cloudInit() {
    return volume instanceof VolumeRef.CloudInit || CLOUD_INIT.matcher(volume.toString()).matches();
  }

  /** The size in the config or, for a volume to be made, the size asked for; null when unsaid. */
  public @Nullable ByteSize size() {
    if (volume instanceof VolumeRef.Allocation allocation) {
      return ByteSize.parse(allocation.gib().toPlainString() + "G");
    }
    return ByteSize.parse(string.get("size"));
  }

  /** Every part but volume and size. */
  public SequencedMap<String, String> options() {
    var options = new LinkedHashMap<>(string.values());
    options.remove(volumePart);
    options.remove("size");
    return options;
  }

  /** The same with another volume; the size goes, since it belongs to the volume. */
  public DiskValue withVolume(VolumeRef other) {
    PropertyString changed = string.with(volumePart, other.toString()).with("size", null);
    return new DiskValue(volumePart, other, changed);
  }
}
