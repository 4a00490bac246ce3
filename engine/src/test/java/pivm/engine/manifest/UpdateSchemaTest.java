package pivm.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class UpdateSchemaTest {

  @Test
  void theShippedSchemasAreTheOnesThatTheReadersMake() throws IOException {
    assertThat(shipped("containers"))
        .as("made anew by: pivm schema containers > schemas/containers.json")
        .isEqualToIgnoringNewLines(UpdateSchema.containers());
    assertThat(shipped("hosts"))
        .as("made anew by: pivm schema hosts > schemas/hosts.json")
        .isEqualToIgnoringNewLines(UpdateSchema.hosts());
  }

  private static String shipped(String name) throws IOException {
    return Files.readString(Path.of("..", "schemas", name + ".json"));
  }
}
