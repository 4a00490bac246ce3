package pivm.contract;

import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import pivm.proxmox.https.Credentials;
import pivm.proxmox.https.Fingerprint;
import pivm.proxmox.https.HttpsProxmox;
import pivm.proxmox.https.HttpsSettings;
import pivm.simulator.Simulation;

class SimulatedHttpsContractTest extends ProxmoxContract {
  private static final String TEMPLATE = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst";
  private @Nullable Simulation simulation;

  @Override
  Stage open() throws IOException {
    Simulation started = Simulation.start(Simulation.Options.standard().withSpeed(50));
    simulation = started;
    HttpsSettings settings =
        HttpsSettings.of(
            URI.create(started.endpoint()),
            Credentials.ApiToken.parse(started.token()),
            Fingerprint.parse(started.fingerprint()));
    String node = started.nodeNames().getFirst();
    return new Stage(new HttpsProxmox(settings), node, 9100, "local", "local-lvm", TEMPLATE, false);
  }

  @AfterAll
  void stop() {
    if (simulation != null) {
      simulation.close();
    }
  }
}
