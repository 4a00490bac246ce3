package pivm.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pivm.engine.testing.SimulatedCommands;
import pivm.proxmox.GuestType;
import pivm.proxmox.command.CommandRunner;
import pivm.simulator.Simulation;

/** By a node's commands and its cluster file system. */
class SimulatedNodeTest extends EndToEnd {
  private static Simulation simulation;
  private static Path pmxcfs;
  private static Site site;

  @BeforeAll
  static void start(@TempDir Path folder) throws IOException {
    simulation = Simulation.start(Simulation.Options.standard().withSpeed(20));
    pmxcfs = simulation.clusterFilesystem(folder);
    site = over(new SimulatedCommands(simulation));
  }

  private static Site over(CommandRunner runner) {
    return Site.onNode(runner, pmxcfs, Place.SIMULATED);
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

  @Test
  void theCommandsThemselvesDoTheSame(@TempDir Path commands, @TempDir Path state)
      throws Exception {
    Site byScripts = over(CommandRunner.local(simulation.commands(commands)));
    int vmid = byScripts.freeId();
    var operator = new Operator(byScripts, state);
    String declared =
        """
        [{"type": "lxc", "vmid": %d, "hostname": "by-scripts", "template": "%s", "node": "pve-1",
          "storage": "local-lvm:1", "memory": 128 %s}]
        """;
    operator.apply(declared.formatted(vmid, site.place().ctTemplate(), ""));
    assertThat(site.config(GuestType.LXC, vmid).text("memory")).isEqualTo("128");
    operator.apply(declared.formatted(vmid, site.place().ctTemplate(), ", \"state\": \"absent\""));
    assertThat(byScripts.observer().locate(vmid)).isNull();
  }
}
