package pivm.engine.manifest;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/**
 * What a disk key holds. One form serves manifests ({@code local-lvm:12,discard=on}) and configs
 * ({@code local-lvm:vm-310-disk-0,discard=on,size=12G}), so that the two can be compared: a config
 * never holds {@link Allocate} or {@link Import}, but an {@link Attach} with its size.
 *
 * <p>Options are the named parts but {@code size}, {@code media}, {@code import-from} and the
 * volume itself, under their current names, in the order in which they were written.
 */
public sealed interface DiskSetting {

  SequencedMap<String, String> options();

  /** The spelling in a manifest; parsing it gives this setting again. */
  String text();

  /** The storage that it lies on, null when on none. */
  default @Nullable String storage() {
    return switch (this) {
      case Allocate(String storage, _, _) -> storage;
      case Import(String storage, _, _, _) -> storage;
      case Attach(String volume, _, _) -> DiskText.storageOf(volume);
      case CdRom(CdRom.CloudInit(String storage), _) -> storage;
      case CdRom(CdRom.Image(String volume), _) -> DiskText.storageOf(volume);
      case CdRom _, Passthrough _, BindMount _ -> null;
    };
  }

  /**
   * What it names, size and options aside: a volume's id, a path, what is to be made, or what is in
   * a CD-ROM drive.
   */
  default String volume() {
    return switch (this) {
      case Allocate(String storage, Long bytes, _) -> storage + ":" + DiskText.size(bytes);
      case Import(String storage, _, String source, _) -> storage + ":0,import-from=" + source;
      case Attach(String volume, _, _) -> volume;
      case CdRom(CdRom.Medium medium, _) ->
          switch (medium) {
            case CdRom.Empty() -> "none";
            case CdRom.HostDrive() -> "cdrom";
            case CdRom.Image(String volume) -> volume;
            case CdRom.CloudInit(String storage) -> storage + ":cloudinit";
          };
      case Passthrough(String path, _) -> path;
      case BindMount(String path, _) -> path;
    };
  }

  /**
   * A volume of this size, made when missing.
   *
   * @param bytes null when open: Proxmox or the origin decides, and it is not compared; 0 is a
   *     container's directory without limit
   */
  record Allocate(String storage, @Nullable Long bytes, SequencedMap<String, String> options)
      implements DiskSetting {
    public Allocate {
      options = frozen(options);
    }

    @Override
    public String text() {
      return DiskText.join(storage + ":" + DiskText.size(bytes), options);
    }
  }

  /**
   * A volume that is filled from an image or another volume when made, then grown.
   *
   * @param bytes null when it stays as large as its source
   * @param source a volume id, or a path on the node
   */
  record Import(
      String storage, @Nullable Long bytes, String source, SequencedMap<String, String> options)
      implements DiskSetting {
    public Import {
      options = frozen(options);
    }

    @Override
    public String text() {
      String size = bytes == null ? "0" : DiskText.size(bytes);
      return DiskText.join(storage + ":" + size + ",import-from=" + source, options);
    }
  }

  /**
   * A volume that exists.
   *
   * @param volume its id, {@code STORAGE:NAME}
   * @param bytes null when not named
   */
  record Attach(String volume, @Nullable Long bytes, SequencedMap<String, String> options)
      implements DiskSetting {
    public Attach {
      options = frozen(options);
    }

    @Override
    public String text() {
      return DiskText.join(
          bytes == null ? volume : volume + ",size=" + DiskText.configSize(bytes), options);
    }
  }

  /** A CD-ROM drive of a VM. */
  record CdRom(Medium medium, SequencedMap<String, String> options) implements DiskSetting {
    public CdRom {
      options = frozen(options);
    }

    /** What is in the drive. */
    public sealed interface Medium {}

    /** Nothing. */
    public record Empty() implements Medium {}

    /** The node's own drive. */
    public record HostDrive() implements Medium {}

    /**
     * An image.
     *
     * @param volume its id, or a path on the node
     */
    public record Image(String volume) implements Medium {}

    /** The generated cloud-init image. */
    public record CloudInit(String storage) implements Medium {}

    @Override
    public String text() {
      String file =
          switch (medium) {
            case Empty() -> "none,media=cdrom";
            case HostDrive() -> "cdrom,media=cdrom";
            case Image(String volume) -> volume + ",media=cdrom";
            case CloudInit(String storage) -> storage + ":cloudinit";
          };
      return DiskText.join(file, options);
    }
  }

  /**
   * A block device of the node, or an image file outside any storage.
   *
   * @param path on the node
   */
  record Passthrough(String path, SequencedMap<String, String> options) implements DiskSetting {
    public Passthrough {
      options = frozen(options);
    }

    @Override
    public String text() {
      return DiskText.join(path, options);
    }
  }

  /**
   * A folder of the node inside a container.
   *
   * @param path on the node
   */
  record BindMount(String path, SequencedMap<String, String> options) implements DiskSetting {
    public BindMount {
      options = frozen(options);
    }

    @Override
    public String text() {
      return DiskText.join(path, options);
    }
  }

  /** Keys that hold disks, CD-ROM drives and mount points; and unused volumes. */
  Map<GuestType, Pattern> KEYS =
      Map.of(
          GuestType.QEMU,
          Pattern.compile("(?:scsi|virtio|sata|ide|unused)\\d+|efidisk0|tpmstate0"),
          GuestType.LXC,
          Pattern.compile("rootfs|(?:mp|unused)\\d+"));

  /** Whether the key of such a guest holds a disk, CD-ROM drive, mount point or unused volume. */
  static boolean isDisk(GuestType type, String key) {
    Pattern keys = KEYS.get(type);
    return keys != null && keys.matcher(key).matches();
  }

  /**
   * Reads the value of a disk key, from a manifest or from a config.
   *
   * @throws IllegalArgumentException when it is none; the message says why and what to write
   */
  static DiskSetting parse(GuestType type, String key, String text) {
    return new DiskText(type, key, text).parse();
  }

  private static SequencedMap<String, String> frozen(SequencedMap<String, String> options) {
    return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(options));
  }
}
