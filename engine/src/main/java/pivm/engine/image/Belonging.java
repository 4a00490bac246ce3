package pivm.engine.image;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import pivm.engine.manifest.DesiredImage;
import pivm.engine.manifest.ImageSource;

/** Which stored files are versions of an entry's image, and which of them is newer. */
record Belonging(DesiredImage image, @Nullable NamePattern pattern) {

  static Belonging of(DesiredImage image) {
    String regex =
        switch (image.source()) {
          case ImageSource.Page(_, String written) -> written;
          case ImageSource.Templates(String written) -> written;
          case ImageSource.OciTags _,
              ImageSource.Address _,
              ImageSource.Template _,
              ImageSource.Oci _ ->
              null;
        };
    return new Belonging(image, regex == null ? null : NamePattern.of(regex));
  }

  /**
   * Whether a stored file is a version of the image.
   *
   * @param kept the file's record; null when PIVM did not bring it
   */
  boolean has(String name, @Nullable ImageRecord kept) {
    return kept != null ? kept.os().equals(image.os()) : fits(name);
  }

  /** Also where the source has it compressed. */
  private boolean fits(String name) {
    if (pattern == null) {
      return false;
    }
    for (Compression packed : Compression.values()) {
      if (pattern.fits(name + packed.ending())) {
        return true;
      }
    }
    return false;
  }

  /** Orders names, the newest last. */
  Comparator<String> order() {
    return pattern == null ? VersionOrder.NEWEST_LAST : pattern.names();
  }
}
