package pivm.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An independent client of Proxmox VE works with the simulator too. */
class ProxmoxerTest {

  @Test
  void proxmoxerCreatesChangesAndDestroysAContainer(@TempDir Path folder) throws Exception {
    var python = python();
    assumeTrue(python != null, "python3 with proxmoxer is not installed here");
    Path script = folder.resolve("check.py");
    try (var source = ProxmoxerTest.class.getResourceAsStream("proxmoxer-check.py")) {
      Files.copy(Objects.requireNonNull(source), script);
    }
    try (var simulation = Simulation.start(Simulation.Options.standard().withSpeed(50))) {
      var address = URI.create(simulation.endpoint());
      String token = simulation.token();
      var process =
          new ProcessBuilder(
                  Objects.requireNonNull(python),
                  script.toString(),
                  address.getHost(),
                  Integer.toString(address.getPort()),
                  token.substring(0, token.indexOf('!')),
                  token.substring(token.indexOf('!') + 1, token.indexOf('=')),
                  token.substring(token.indexOf('=') + 1))
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(output).endsWith("all well\n");
      assertThat(process.waitFor()).isZero();
    }
  }

  private static @Nullable String python() throws InterruptedException {
    for (String python : List.of("python3", "/usr/bin/python3")) {
      if (hasProxmoxer(python)) {
        return python;
      }
    }
    return null;
  }

  private static boolean hasProxmoxer(String python) throws InterruptedException {
    try {
      return new ProcessBuilder(python, "-c", "import proxmoxer").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }
}
