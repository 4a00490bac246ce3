package pivm.engine.network.live;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.proxmox.ApiCall;
import pivm.proxmox.GuestType;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/**
 * Which guests of a node have a card on which bridge.
 *
 * @param guests by bridge
 * @param tagged by bridge, those that use a VLAN tag there
 * @param unseen guests whose configuration can't be read
 */
record GuestBridges(
    SortedMap<String, List<String>> guests,
    SortedMap<String, List<String>> tagged,
    List<String> unseen) {

  /** Of nothing. */
  static GuestBridges none() {
    return new GuestBridges(new TreeMap<>(), new TreeMap<>(), List.of());
  }

  /** Reads the guests of a node, running or not, templates too. */
  static GuestBridges of(String node, Inventory inventory, Proxmox proxmox) {
    var found = new GuestBridges(new TreeMap<>(), new TreeMap<>(), new ArrayList<>());
    for (ObservedGuest guest : inventory.guests().values()) {
      if (guest.node().equals(node)) {
        found.read(guest, proxmox);
      }
    }
    return found;
  }

  private void read(ObservedGuest guest, Proxmox proxmox) {
    boolean vm = guest.type() == GuestType.QEMU;
    String name = (vm ? "vm " : "lxc ") + guest.vmid() + " " + guest.name();
    String path = "/nodes/" + guest.node() + (vm ? "/qemu/" : "/lxc/") + guest.vmid();
    try {
      Json.Obj config = proxmox.call(ApiCall.get(path + "/config")).asObject();
      var bridges = new TreeSet<String>();
      var tags = new TreeSet<String>();
      for (String key : config.members().keySet()) {
        if (key.matches("net\\d+")) {
          card(config.text(key, ""), bridges, tags);
        }
      }
      bridges.forEach(one -> guests.computeIfAbsent(one, _ -> new ArrayList<>()).add(name.trim()));
      tags.forEach(one -> tagged.computeIfAbsent(one, _ -> new ArrayList<>()).add(name.trim()));
    } catch (ProxmoxException cannotBeSeen) {
      unseen.add(name.trim());
    }
  }

  private static void card(String value, SortedSet<String> bridges, SortedSet<String> tags) {
    String bridge = null;
    boolean vlans = false;
    for (String part : value.split(",")) {
      bridge = part.startsWith("bridge=") ? part.substring(7) : bridge;
      vlans |= part.startsWith("tag=") || part.startsWith("trunks=");
    }
    if (bridge != null) {
      bridges.add(bridge);
      if (vlans) {
        tags.add(bridge);
      }
    }
  }
}
