package pivm.e2e;

import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import pivm.simulator.Simulation;

class SimulatedSiteTest extends EndToEnd {
  private static Simulation simulation;
  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    simulation = Simulation.start(Simulation.Options.standard().withSpeed(20));
    site =
        Site.overHttps(
            URI.create(simulation.endpoint()),
            simulation.token(),
            simulation.fingerprint(),
            Place.SIMULATED);
  }

  @AfterAll
  static void stop() {
    site.close();
    simulation.close();
  }

  @Override
  Site site() {
    return site;
  }
}
