package pivm.cli;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import pivm.engine.image.source.LastLook;
import pivm.engine.manifest.ImageReader;
import pivm.proxmox.json.Json;

/**
 * What is known of the declared images without asking anybody.
 *
 * @param wrong whether the manifest has errors
 * @param look when sources were asked last; null for never
 */
record ImagesAtAGlance(int declared, boolean wrong, @Nullable LastLook look) {

  /** Null when no image is declared. */
  static @Nullable ImagesAtAGlance of(Call call) throws IOException {
    ImageReader.Result read = ImageManifests.read(call);
    int declared = read.images().images().size();
    return declared == 0 && !read.hasErrors()
        ? null
        : new ImagesAtAGlance(
            declared,
            read.hasErrors(),
            LastLook.read(StateFolder.of(call.shell(), call.settings())));
  }

  String text() {
    if (wrong) {
      return "the manifest has errors: pivm validate";
    }
    if (look == null) {
      return declared + " declared, not looked at yet: pivm plan images";
    }
    return declared
        + " declared; "
        + Units.time(age(look))
        + " ago "
        + look.there()
        + " there"
        + (look.missing() == 0 ? "" : ", " + look.missing() + " to fetch")
        + (look.unknowns() == 0
            ? ""
            : ", " + look.unknowns() + " unknown, first " + look.unknown());
  }

  private static Duration age(LastLook look) {
    Duration age = Duration.between(look.at(), Instant.now());
    return age.isNegative() ? Duration.ZERO : age;
  }

  Json form() {
    Json.Builder form = Json.object().put("declared", declared);
    if (look != null) {
      form.put("there", look.there())
          .put("missing", look.missing())
          .put("unknown", look.unknowns())
          .put("age", age(look).toSeconds());
    }
    return form.build();
  }
}
