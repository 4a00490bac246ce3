package pivm.contract;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import pivm.engine.testing.RemoteRunner;
import pivm.proxmox.command.CommandProxmox;

/** By the commands of a real node, reached as the environment says. */
class RealNodeContractTest extends ProxmoxContract {

  @Override
  Stage open() {
    String shell = System.getenv("PIVM_E2E_NODE_SHELL");
    assumeTrue(shell != null, "PIVM_E2E_NODE_SHELL names no way to run commands on a node");
    String node = value("PIVM_E2E_NODE");
    String first = value("PIVM_E2E_VMIDS").split("[-,]")[0];
    return new Stage(
        new CommandProxmox(RemoteRunner.of(shell == null ? "" : shell), node),
        node,
        Integer.parseInt(first.strip()),
        value("PIVM_E2E_VM_STORAGE"),
        value("PIVM_E2E_CT_STORAGE"),
        value("PIVM_E2E_CT_TEMPLATE"),
        true);
  }

  private static String value(String name) {
    String value = System.getenv(name);
    assumeTrue(value != null, name + " is not set");
    return value == null ? "" : value;
  }
}
