package pivm.engine.observation;

import pivm.proxmox.GuestType;

/** Where a guest is now. */
public record Location(GuestType type, int vmid, String node) {
  String path() {
    return "/nodes/" + node + "/" + type.apiName() + "/" + vmid;
  }

  /** Its name as an HA service. */
  String serviceId() {
    return (type == GuestType.QEMU ? "vm:" : "ct:") + vmid;
  }
}
