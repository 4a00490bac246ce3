package pivm.engine.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What is shipped of networks. */
class ShippedNetworkTest {

  @Test
  void theManifestIsValidAndDeclaresNothing() throws IOException {
    Path shipped = Examples.root().resolve("network/host/proxmox_network_state.json");
    NetworkReader.Result read = NetworkReader.read("shipped", Files.readString(shipped));
    assertThat(read.findings()).isEmpty();
    assertThat(read.network().isEmpty()).isTrue();
  }

  @Test
  void theExampleIsValid() throws IOException {
    Path example = Examples.root().resolve("docs/examples/network/bond-and-vlans.json");
    NetworkReader.Result read = NetworkReader.read("example", Files.readString(example));
    assertThat(read.findings()).isEmpty();
    assertThat(read.network().nodes()).hasSize(2);
  }

  @Test
  void theSchemaThatManifestsNameIsTheCurrentOne() throws IOException {
    assertThat(Files.readString(Examples.root().resolve("schemas/network.json")))
        .as("schemas/network.json; made anew by: pivm schema network > schemas/network.json")
        .isEqualTo(NetworkSchema.text().stripTrailing() + "\n");
  }
}
