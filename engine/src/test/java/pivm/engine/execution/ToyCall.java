package pivm.engine.execution;

import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/** One call about guests of a type on a node of the toy cluster. */
class ToyCall {
  final ToyCluster cluster;
  final ApiCall call;
  final String user;
  final ToyFaults faults;
  final String node;
  final GuestType type;

  ToyCall(
      ToyCluster cluster,
      ApiCall call,
      String user,
      ToyFaults faults,
      String node,
      GuestType type) {
    this.cluster = cluster;
    this.call = call;
    this.user = user;
    this.faults = faults;
    this.node = node;
    this.type = type;
  }

  String prefix() {
    return type == GuestType.QEMU ? "qm" : "vz";
  }

  ToyGuest guest(int vmid) {
    ToyGuest guest = cluster.guests.get(vmid);
    if (guest == null || !guest.node.equals(node) || guest.type != type) {
      String file = "nodes/" + node + "/" + type.apiName() + "/" + vmid + ".conf";
      throw new ProxmoxException.NotFound(call, "Configuration file '" + file + "' does not exist");
    }
    return guest;
  }

  void checkUnlocked(ToyGuest guest) {
    if (guest.lock != null) {
      String word = type == GuestType.QEMU ? "VM" : "CT";
      throw new ProxmoxException.Locked(call, word + " is locked (" + guest.lock + ")");
    }
  }

  void checkDigest(ToyGuest guest) {
    String digest = call.parameters().get("digest");
    if (digest != null && !digest.equals(guest.digest())) {
      throw new ProxmoxException.DigestMismatch(
          call, "checksum mismatch (file change by other user?)");
    }
  }

  /** A task that holds a lock of the guest while it works. */
  Json task(ToyGuest guest, String taskType, @Nullable String lock, Supplier<String> work) {
    ToyFaults.Fate fate = faults.fate(taskType, Integer.toString(guest.vmid));
    guest.lock = lock;
    return cluster.task(
        node,
        taskType,
        Integer.toString(guest.vmid),
        user,
        fate,
        List.of("working on " + guest.vmid),
        () -> {
          if (fate.cutOff() && lock != null) {
            return "unexpected status";
          }
          guest.lock = lock == null ? guest.lock : null;
          return fate.failure() != null ? fate.failure() : work.get();
        });
  }

  String effect(String what, ToyGuest guest) {
    cluster.effects.add(what + " " + guest.vmid);
    return "OK";
  }
}
