package pivm.simulator.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import pivm.simulator.api.Api;
import pivm.simulator.json.JsonIn;
import pivm.simulator.testing.SharedRecords;

class ApiTableTest {
  private static final Path TABLE =
      Path.of("src/main/resources/pivm/simulator/schema/api-table.tsv");

  @Test
  void theTableIsTheOneDerivedFromTheSchema() throws IOException {
    var shared = SharedRecords.folder();
    assumeTrue(shared != null, "no shared/pve beside the repository: nothing to compare with");
    var schema = JsonIn.readDoc(Files.readString(shared.resolve("api-schema.json")));
    String derived = ApiTableDerivation.derive(schema, Api.served());
    if (Boolean.getBoolean("pivm.table.write")) {
      Files.writeString(TABLE, derived);
    }
    assertThat(Files.readString(TABLE)).isEqualTo(derived);
  }

  @Test
  void everyServedCallIsInTheTable() {
    List<String> missing = new ArrayList<>();
    for (String call : Api.served()) {
      int space = call.indexOf(' ');
      if (ApiTable.get().method(call.substring(0, space), call.substring(space + 1)) == null) {
        missing.add(call);
      }
    }
    assertThat(missing).isEmpty();
  }
}
