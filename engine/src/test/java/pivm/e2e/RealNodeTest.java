package pivm.e2e;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(
    named = "PIVM_E2E_NODE_SHELL",
    matches = ".+",
    disabledReason = "PIVM_E2E_NODE_SHELL names no way to run commands on a Proxmox VE node")
class RealNodeTest extends EndToEnd {
  private static @Nullable Site site;

  @BeforeAll
  static void connect() {
    site = Site.ofNode(System.getenv());
  }

  @AfterAll
  static void disconnect() {
    if (site != null) {
      site.close();
    }
  }

  @Override
  Site site() {
    if (site == null) {
      throw new IllegalStateException("PIVM_E2E_NODE_SHELL is not set");
    }
    return site;
  }
}
