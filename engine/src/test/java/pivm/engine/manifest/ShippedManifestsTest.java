package pivm.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pivm.proxmox.json.Json;
import pivm.proxmox.json.JsonText;

/** The manifests that the tree brings, by the schemas that editors take from it. */
class ShippedManifestsTest {
  private static final Path TREE = Path.of("..");

  @ParameterizedTest
  @CsvSource({
    "compute/guest/proxmox_dsc_state.json, guest",
    "compute/guest/proxmox_lxc_autoupdate.json, containers",
    "compute/host/proxmox_autoupdate.json, hosts",
    "storage/host/proxmox_iso_sync.json, images",
    "network/host/proxmox_network_state.json, network"
  })
  void eachFitsItsSchema(String manifest, String schema) throws IOException {
    Path file = TREE.resolve(manifest);
    Path rules = TREE.resolve("schemas").resolve(schema + ".json");
    String text = Files.readString(file);
    assertThat(problems(rules, text)).as(manifest).isEmpty();
    assertThat(problems(rules, "{\"no_such_field\": 1}")).as("the schema sees faults").isNotEmpty();
    if (JsonText.read(text) instanceof Json.Obj form && form.has("$schema")) {
      Path named = file.resolveSibling(form.text("$schema", "")).normalize();
      assertThat(named).isEqualTo(rules.normalize());
    }
  }

  private static List<String> problems(Path schema, String text) throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(Files.readString(schema), InputFormat.JSON)
        .validate(text, InputFormat.JSON)
        .stream()
        .map(Object::toString)
        .toList();
  }
}
