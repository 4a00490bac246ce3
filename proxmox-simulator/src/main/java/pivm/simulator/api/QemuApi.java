package pivm.simulator.api;

import pivm.simulator.config.Kind;
import pivm.simulator.state.Guest;

/** {@code /nodes/{node}/qemu}: VMs. */
final class QemuApi {
  static final String LIST = "/nodes/{node}/qemu";
  static final String ONE = LIST + "/{vmid}";

  private QemuApi() {}

  static void register(Router router) {
    new GuestApi(Kind.QEMU).register(router);
    router.post(LIST, QemuCreation::request);
    router.put(ONE + "/config", c -> QemuConfig.update(c, guestOrNull(c), null));
    router.post(ONE + "/config", QemuConfig::updateAsTask);
    router.post(ONE + "/clone", QemuClone::request);
    router.post(ONE + "/template", QemuTemplate::request);
    QemuDiskApi.register(router);
    CloudInitApi.register(router);
    AgentApi.register(router);
  }

  static Guest guest(Call call) {
    return call.cluster().guest(Kind.QEMU, call.node(), call.vmid());
  }

  private static java.util.function.Supplier<Guest> guestOrNull(Call call) {
    String node = call.node();
    int vmid = call.vmid();
    return () -> call.cluster().guest(Kind.QEMU, node, vmid);
  }
}
