package pivm.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ExamplesTest {

  @Test
  void theExamplesAreReadTogetherWithoutAFinding() throws IOException {
    var result = ManifestReader.read(Examples.sources(), KnownKeys.builtIn());
    assertThat(result.findings()).isEmpty();
    assertThat(result.desired().guests()).hasSizeGreaterThanOrEqualTo(10);
  }

  @Test
  void theShippedManifestDeclaresNothing() throws IOException {
    Path shipped = Examples.root().resolve("compute/guest/proxmox_dsc_state.json");
    var result = ManifestReader.read("proxmox_dsc_state.json", Files.readString(shipped));
    assertThat(result.findings()).isEmpty();
    assertThat(result.desired().guests()).isEmpty();
  }
}
