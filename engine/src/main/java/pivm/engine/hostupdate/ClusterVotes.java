package pivm.engine.hostupdate;

import java.util.SortedMap;
import java.util.TreeMap;
import pivm.engine.inventory.Inventory;
import pivm.proxmox.ApiCall;
import pivm.proxmox.Proxmox;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.json.Json;

/**
 * The votes of the cluster's nodes and of its QDevice.
 *
 * @param known whether they could be read; a node in no cluster has none to ask
 * @param device votes of the QDevice; 0 for none
 */
record ClusterVotes(boolean known, SortedMap<String, Integer> nodes, int device) {

  static ClusterVotes read(Proxmox proxmox) {
    var nodes = new TreeMap<String, Integer>();
    int device = 0;
    try {
      for (Json.Obj one : proxmox.call(ApiCall.get("/cluster/config/nodes")).objects()) {
        nodes.put(one.text("name", one.text("node", "")), (int) one.integer("quorum_votes", 1));
      }
    } catch (ProxmoxException unreadable) {
      return new ClusterVotes(false, new TreeMap<>(), 0);
    }
    try {
      Json.Obj status = proxmox.call(ApiCall.get("/cluster/config/qdevice")).asObject();
      device = "Connected".equals(status.text("State")) ? 1 : 0;
    } catch (ProxmoxException none) {
      device = 0;
    }
    return new ClusterVotes(true, nodes, device);
  }

  /** Whether the others are known to have quorum when that node is away. */
  boolean without(String node, Inventory inventory) {
    if (!known) {
      return inventory.nodes().size() < 2;
    }
    return nodes.size() < 2 || present(node, inventory) * 2 > all();
  }

  private int all() {
    return nodes.values().stream().mapToInt(Integer::intValue).sum() + device;
  }

  private int present(String without, Inventory inventory) {
    int votes = device;
    for (var one : nodes.entrySet()) {
      boolean counts = !one.getKey().equals(without) && inventory.online(one.getKey());
      votes += counts ? one.getValue() : 0;
    }
    return votes;
  }

  /** In a sentence. */
  String words(String node, Inventory inventory) {
    if (!known) {
      return "the votes could not be read";
    }
    return nodes.size() < 2
        ? "a single node needs none"
        : present(node, inventory)
            + " of "
            + all()
            + " votes are left without "
            + node
            + (without(node, inventory) ? ", which is enough" : ", which is NOT enough");
  }
}
