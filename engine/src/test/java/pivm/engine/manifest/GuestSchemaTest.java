package pivm.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pivm.proxmox.GuestType;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

class GuestSchemaTest {
  private static final Schema SCHEMA = schema(KnownKeys.builtIn());

  private static Schema schema(KnownKeys keys) {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(GuestSchema.text(keys), InputFormat.JSON);
  }

  private static List<Error> errors(Schema schema, String text) {
    return schema.validate(JsonText.write(Shown.json(TreeReader.read(text))), InputFormat.JSON);
  }

  @Test
  void theExamplesAreValid() throws IOException {
    for (ManifestReader.Source example : Examples.sources()) {
      assertThat(errors(SCHEMA, example.text())).as(example.file()).isEmpty();
    }
    assertThat(errors(SCHEMA, "[]")).isEmpty();
  }

  @Test
  void whateverReadingTakesInItsPlainFormIsValid() {
    for (long seed = 1; seed <= 1000; seed++) {
      Json.Obj entry = new RandomEntry(new Random(seed)).json();
      String text = ManifestWriter.manifest(List.of(entry));
      assertThat(errors(SCHEMA, text)).as("seed %d:\n%s", seed, text).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[7]",
        "[{\"type\": \"vm\"}]",
        "[{\"type\": \"lcx\", \"vmid\": 100}]",
        "[{\"type\": \"vm\", \"vmid\": 99}]",
        "[{\"type\": \"vm\", \"vmid\": 100, \"memroy\": 1}]",
        "[{\"type\": \"vm\", \"vmid\": 100, \"swap\": 1}]",
        "[{\"type\": \"lxc\", \"vmid\": 100, \"sockets\": 1}]",
        "[{\"type\": \"lxc\", \"vmid\": 100, \"options\": {\"agent\": 1}}]",
        "[{\"type\": \"vm\", \"vmid\": 100, \"options\": {\"net0\": \"virtio\"}}]",
        "[{\"type\": \"vm\", \"vmid\": 100, \"options\": {\"lock\": \"backup\"}}]",
        "[{\"type\": \"vm\", \"vmid\": 100, \"options\": {\"cipassword\": \"x\"}}]",
        "[{\"type\": \"vm\", \"vmid\": 100, \"password\": \"x\"}]",
        "[{\"type\": \"vm\", \"vmid\": 100, \"cloud_init\": {\"usr\": \"x\"}}]",
        "[{\"type\": \"vm\", \"vmid\": 100, \"ha\": {\"group\": \"x\"}}]",
        "[{\"type\": \"vm\", \"vmid\": 100, \"cores\": 0}]",
        "[{\"type\": \"vm\", \"vmid\": 100, \"state\": null}]",
        "{\"guests\": [], \"default\": {}}",
        "{\"guests\": [], \"defaults\": {\"vmid\": 100}}",
      })
  void whatReadingRefusesIsInvalid(String text) {
    assertThat(ManifestReader.read("g", text).hasErrors()).isTrue();
    assertThat(errors(SCHEMA, text)).isNotEmpty();
  }

  @Test
  void keysThatOnlyTheNodeKnowsAreValidWhenGiven() {
    String text = "[{\"type\": \"vm\", \"vmid\": 100, \"options\": {\"quantum\": 1}}]";
    assertThat(errors(SCHEMA, text)).isNotEmpty();
    var keys = new KnownKeys(Map.of(GuestType.QEMU, Set.of("quantum")));
    assertThat(errors(schema(keys), text)).isEmpty();
  }

  @Test
  void everyFieldIsDescribed() {
    Json.Obj entry =
        JsonText.read(GuestSchema.text(KnownKeys.builtIn()))
            .asObject()
            .get("$defs")
            .asObject()
            .get("entry")
            .asObject();
    assertThat(entry.get("properties").asObject().members())
        .allSatisfy((name, field) -> assertThat(field.asObject().text("description")).isNotBlank())
        .containsKeys("type", "vmid", "storage", "options", "cloud_init", "ha");
  }

  @Test
  void theSchemaThatTheExamplesNameIsTheCurrentOne() throws IOException {
    assertThat(Files.readString(Path.of("..", "schemas", "guest.json")))
        .as("schemas/guest.json; made anew by: pivm schema guest > schemas/guest.json")
        .isEqualTo(GuestSchema.text(KnownKeys.builtIn()).stripTrailing() + "\n");
  }
}
