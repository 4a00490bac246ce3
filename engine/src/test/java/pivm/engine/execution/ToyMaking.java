package pivm.engine.execution;

import java.util.List;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/** Calls that make guests, from nothing and from others. */
class ToyMaking extends ToyCall {

  ToyMaking(
      ToyCluster cluster,
      ApiCall call,
      String user,
      ToyFaults faults,
      String node,
      GuestType type) {
    super(cluster, call, user, faults, node, type);
  }

  Json create() {
    int vmid = Integer.parseInt(call.parameters().getOrDefault("vmid", "0"));
    ToyGuest guest = begin(vmid, node, "create");
    ToyFaults.Fate fate = faults.fate(prefix() + "create", Integer.toString(vmid));
    cluster.allocate(guest);
    return cluster.task(
        node,
        prefix() + "create",
        Integer.toString(vmid),
        user,
        fate,
        List.of("making " + vmid),
        () -> made(guest, fate, "create"));
  }

  private ToyGuest begin(int vmid, String at, String lock) {
    ToyGuest there = cluster.guests.get(vmid);
    if (there != null) {
      String word = there.type == GuestType.QEMU ? "VM " : "CT ";
      throw new ProxmoxException.AlreadyExists(
          call, word + vmid + " already exists on node '" + there.node + "'");
    }
    var guest = new ToyGuest(type, vmid, at);
    guest.lock = lock;
    cluster.guests.put(vmid, guest);
    return guest;
  }

  private String made(ToyGuest guest, ToyFaults.Fate fate, String effect) {
    if (fate.cutOff()) {
      guest.halfMade = true;
      return "unexpected status";
    }
    if (fate.failure() != null) {
      cluster.guests.remove(guest.vmid);
      cluster.volumes.remove(guest.volume);
      return fate.failure();
    }
    call.parameters()
        .forEach((key, value) -> {
          if (!List.of("vmid", "newid", "full").contains(key)) {
            guest.values.put(key, stored(guest, value));
          }
        });
    guest.values.putIfAbsent("memory", "512");
    guest.lock = null;
    return effect(effect, guest);
  }

  private static String stored(ToyGuest guest, String value) {
    return value.matches("store:\\d+") ? guest.volume + ",size=" + value.substring(6) + "G" : value;
  }

  Json copy(ToyGuest source) {
    int newid = Integer.parseInt(call.parameters().getOrDefault("newid", "0"));
    checkUnlocked(source);
    ToyGuest guest = begin(newid, node, type == GuestType.QEMU ? "clone" : "create");
    guest.values.putAll(source.values);
    guest.values.remove("template");
    ToyFaults.Fate fate = faults.fate(prefix() + "clone", Integer.toString(source.vmid));
    cluster.allocate(guest);
    guest.values.replaceAll((_, value) -> value.replace(source.volume, guest.volume));
    boolean locks = type == GuestType.LXC;
    source.lock = locks ? "disk" : source.lock;
    String rootDisk = guest.values.remove("rootfs");
    return cluster.task(
        node,
        prefix() + "clone",
        Integer.toString(source.vmid),
        user,
        fate,
        List.of("creating a clone of guest " + source.vmid + " with ID " + newid),
        () -> {
          if (locks && !fate.cutOff()) {
            source.lock = null;
          }
          if (rootDisk != null && !fate.cutOff()) {
            guest.values.put("rootfs", rootDisk);
          }
          return made(guest, fate, "clone");
        });
  }
}
