package pivm.engine.execution;

import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;

/**
 * What a toy manifest says of one guest.
 *
 * @param source of a clone; null to create it
 * @param pinned the node where it must be; null for any
 */
record Wanted(
    GuestType type,
    int vmid,
    String name,
    String node,
    @Nullable Integer source,
    int memory,
    int disk,
    Power power,
    @Nullable String pinned) {

  enum Power {
    RUNNING,
    STOPPED,
    TEMPLATE,
    ABSENT
  }

  static Wanted lxc(int vmid, String node, Power power) {
    return new Wanted(GuestType.LXC, vmid, "ct-" + vmid, node, null, 512, 8, power, null);
  }

  static Wanted vm(int vmid, String node, Power power) {
    return new Wanted(GuestType.QEMU, vmid, "vm-" + vmid, node, null, 512, 8, power, null);
  }

  Wanted from(int template) {
    return new Wanted(type, vmid, name, node, template, memory, disk, power, pinned);
  }

  Wanted memory(int mebibytes) {
    return new Wanted(type, vmid, name, node, source, mebibytes, disk, power, pinned);
  }

  Wanted disk(int gibibytes) {
    return new Wanted(type, vmid, name, node, source, memory, gibibytes, power, pinned);
  }

  Wanted pinned(String where) {
    return new Wanted(type, vmid, name, node, source, memory, disk, power, where);
  }

  String diskKey() {
    return type == GuestType.QEMU ? "scsi0" : "rootfs";
  }
}
