package pivm.e2e;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(
    named = "PIVM_E2E_ENDPOINT",
    matches = ".+",
    disabledReason = "no real Proxmox VE is named by PIVM_E2E_ENDPOINT")
class RealSiteTest extends EndToEnd {
  private static @Nullable Site site;

  @BeforeAll
  static void connect() {
    site = Site.ofEnvironment(System.getenv());
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
      throw new IllegalStateException("PIVM_E2E_ENDPOINT is not set");
    }
    return site;
  }
}
