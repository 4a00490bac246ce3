package pivm.engine.plan;

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
   * The node fetches the file by itself.
   *
   * @param content {@code iso}, {@code vztmpl} or {@code import}
   * @param checksum {@code sha256:…}; null when none is known
   */
  record Download(
      String storage, String content, String filename, String url, @Nullable String checksum)
      implements ImageOperation {
    @Override
    public String volume() {
      return storage + ":" + content + "/" + filename;
    }

    @Override
    public List<String> commands(String node) {
      String check =
          checksum == null
              ? ""
              : " --checksum "
                  + checksum.substring(checksum.indexOf(':') + 1)
                  + " --checksum-algorithm "
                  + checksum.substring(0, checksum.indexOf(':'));
      return List.of(
          "pvesh create /nodes/"
              + node
              + "/storage/"
              + storage
              + "/download-url --content "
              + content
              + " --filename "
              + filename
              + " --url '"
              + url
              + "'"
              + check);
    }
  }

  /** Deletes the file for good. */
  record Delete(String storage, String volume) implements ImageOperation {
    @Override
    public List<String> commands(String node) {
      return List.of("pvesm free " + volume);
    }
  }
}
