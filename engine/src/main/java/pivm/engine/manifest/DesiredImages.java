package pivm.engine.manifest;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that the image manifests declare.
 *
 * @param storage where an entry without a storage goes; null for PIVM's own setting
 * @param schedule a systemd calendar expression; null for the default
 * @param deletesObsolete whether the manifest consents to deleting obsolete images
 * @param strict whether files that PIVM did not download may be called obsolete too
 */
public record DesiredImages(
    List<DesiredImage> images,
    @Nullable String storage,
    @Nullable String schedule,
    boolean deletesObsolete,
    boolean strict) {
  public static final DesiredImages NONE = new DesiredImages(List.of(), null, null, false, false);

  public DesiredImages {
    images = List.copyOf(images);
  }
}
