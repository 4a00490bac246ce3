package pivm.engine.plan;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is done about the files of a storage that guests are made from. */
public sealed interface ImageOperation extends Work {

  /** The storage that holds the file, or will. */
  String storage();

  /** The volume: {@code local:iso/debian.iso}. */
  String volume();

  @Override
  default int vmid() {
    return 0;
  }

  @Override
  default @Nullable String consent() {
    return null;
  }

  @Override
  default boolean needsShell() {
    return false;
  }

  @Override
  default String kind() {
    return "images";
  }

  @Override
  default String subject() {
    return "image " + volume();
  }

  /**
   * Where a file comes from.
   *
   * @param os what its entry calls it
   * @param version empty when not known
   * @param address a URL without what only its owner should know, a registry's reference, or the
   *     name of a template in Proxmox's list
   * @param checksum {@code sha256:…}, of the file as the source has it; null when none is known
   * @param packed how the source compresses it: {@code gz}, {@code xz}, {@code zst}, {@code bz2};
   *     empty for not at all
   * @param mark what changes when the source's content does; null when not known
   * @param size of the file as the source has it, in bytes; negative when not known
   */
  record Origin(
      String os,
      String version,
      String address,
      @Nullable String checksum,
      String packed,
      @Nullable String mark,
      long size) {}

  /** Brings a file onto a storage, under a name that is free there. */
  sealed interface Fetch extends ImageOperation {
    /** {@code iso}, {@code vztmpl} or {@code import}. */
    String content();

    String filename();

    Origin origin();

    @Override
    default String volume() {
      return storage() + ":" + content() + "/" + filename();
    }
  }

  /** The node fetches the file by itself, and unpacks it if need be. */
  record Download(String storage, String content, String filename, Origin origin) implements Fetch {
    @Override
    public List<String> commands(String node) {
      var command =
          new ArrayList<>(
              List.of(
                  "pvesh create /nodes/" + node + "/storage/" + storage + "/download-url",
                  "--content " + content,
                  "--filename " + filename,
                  "--url '" + origin.address() + "'"));
      if (origin.checksum() != null) {
        command.add("--checksum " + origin.checksum().replaceFirst("^[^:]*:", ""));
        command.add("--checksum-algorithm " + origin.checksum().replaceFirst(":.*", ""));
      }
      if (!origin.packed().isEmpty()) {
        command.add("--compression " + origin.packed());
      }
      return List.of(String.join(" ", command));
    }
  }

  /** The node fetches a template of Proxmox's own list. */
  record Template(String storage, String filename, Origin origin) implements Fetch {
    @Override
    public String content() {
      return "vztmpl";
    }

    @Override
    public List<String> commands(String node) {
      return List.of("pveam download " + storage + " " + filename);
    }
  }

  /** The node fetches an image from a registry. */
  record Pull(String storage, String filename, Origin origin) implements Fetch {
    @Override
    public String content() {
      return "vztmpl";
    }

    @Override
    public List<String> commands(String node) {
      return List.of(
          "pvesh create /nodes/"
              + node
              + "/storage/"
              + storage
              + "/oci-registry-pull --reference "
              + origin.address()
              + " --filename "
              + filename.replaceFirst("\\.tar$", ""));
    }
  }

  /**
   * PIVM fetches the file, verifies and unpacks it, and uploads it.
   *
   * @param replaces whether the file that is there goes first, since the source's content is
   *     another one now
   * @param agreed whether the manifest agrees to that
   */
  record Transfer(
      String storage,
      String content,
      String filename,
      Origin origin,
      boolean replaces,
      boolean agreed)
      implements Fetch {
    @Override
    public @Nullable String consent() {
      return replaces && agreed ? Delete.CONSENT : null;
    }

    @Override
    public List<String> commands(String node) {
      String unpack =
          switch (origin.packed()) {
            case "gz" -> " | gzip -d";
            case "xz" -> " | xz -d";
            case "zst" -> " | zstd -d";
            case "bz2" -> " | bzip2 -d";
            default -> "";
          };
      return List.of(
          "curl -fL '" + origin.address() + "'" + unpack + " > \"$(pvesm path " + volume() + ")\"");
    }
  }

  /**
   * Deletes the file for good.
   *
   * @param agreed whether the manifest agrees to it
   */
  record Delete(String storage, String volume, boolean agreed) implements ImageOperation {
    static final String CONSENT = "its manifest says obsolete: delete";

    @Override
    public @Nullable String consent() {
      return agreed ? CONSENT : null;
    }

    @Override
    public List<String> commands(String node) {
      return List.of("pvesm free " + volume);
    }
  }
}
