package pivm.contract;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import pivm.engine.testing.SimulatedCommands;
import pivm.proxmox.command.CommandProxmox;
import pivm.simulator.Simulation;

class SimulatedNodeContractTest extends ProxmoxContract {
  private static final String TEMPLATE = "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst";
  private @Nullable Simulation simulation;

  @Override
  Stage open() throws IOException {
    Simulation started = Simulation.start(Simulation.Options.standard().withSpeed(50));
    simulation = started;
    String node = started.nodeNames().getFirst();
    var proxmox = new CommandProxmox(new SimulatedCommands(started), node);
    return new Stage(proxmox, node, 9100, "local", "local-lvm", TEMPLATE, true);
  }

  @AfterAll
  void stop() {
    if (simulation != null) {
      simulation.close();
    }
  }
}
