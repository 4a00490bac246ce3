package pivm.engine.guest;

import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.Node;
import pivm.engine.manifest.DesiredGuest;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.Setting;
import pivm.engine.rails.Placement;
import pivm.engine.rails.RailPolicy;
import pivm.proxmox.config.PropertyString;
import pivm.proxmox.schema.GuestKey;
import pivm.proxmox.schema.GuestKeys;

/** The node for a new guest: the declared one, else the one with the most headroom. */
final class NodeChoice {
  private final DesiredGuest guest;
  private final Inventory inventory;
  private final RailPolicy policy;
  private final Map<String, Long> promised;
  private String node = "";
  private String reason = "";
  private @Nullable GuestPlan problem;

  NodeChoice(
      DesiredGuest guest, Inventory inventory, RailPolicy policy, Map<String, Long> promised) {
    this.guest = guest;
    this.inventory = inventory;
    this.policy = policy;
    this.promised = promised;
  }

  String node() {
    return node;
  }

  /** Why that node; empty when the manifest says so. */
  String reason() {
    return reason;
  }

  /** Set when there is no node for it. */
  @Nullable GuestPlan problem() {
    return problem;
  }

  /**
   * @param memory bytes that it will be promised there
   */
  NodeChoice choose(Map<String, Setting> settings, @Nullable String volume, long memory) {
    if (guest.node() != null) {
      return only(guest.node(), memory);
    }
    var volumes = new TreeSet<String>();
    if (volume != null) {
      volumes.add(volume);
    }
    var need = new Placement.Need(memory, storages(settings), bridges(settings), volumes);
    switch (Placement.choose(need, inventory, policy, promised)) {
      case Placement.Chosen(String chosen, String why) -> {
        node = chosen;
        reason = why;
      }
      case Placement.None(String why) ->
          problem =
              GuestPlan.obstacle(
                  guest.vmid(), guest.subject(), guest.subject() + " can't be placed: " + why);
    }
    return this;
  }

  /** That node or none. */
  NodeChoice only(String name, long memory) {
    Node there = inventory.node(name);
    if (there == null) {
      problem =
          GuestPlan.obstacle(
              guest.vmid(),
              guest.subject(),
              guest.subject()
                  + ": there is no node '"
                  + name
                  + "'; the cluster has "
                  + String.join(", ", inventory.nodes().keySet()));
    } else if (!there.online()) {
      problem = GuestPlan.unknown(guest.subject(), "its node " + name + " is offline");
    } else if (guest.node() != null && !guest.node().equals(name)) {
      problem =
          GuestPlan.obstacle(
              guest.vmid(),
              guest.subject(),
              guest.subject()
                  + " can't be cloned to "
                  + guest.node()
                  + ": its template is on "
                  + name
                  + " with volumes that are not on shared storage; leave node out, or put the template's volumes on shared storage");
    } else {
      node = name;
      reason = guest.node() == null ? "where its template is" : "";
    }
    return this;
  }

  private SortedSet<String> storages(Map<String, Setting> settings) {
    var storages = new TreeSet<String>();
    settings.forEach((name, setting) -> {
      if (setting instanceof Setting.Value(String text) && DiskSetting.isDisk(guest.type(), name)) {
        String storage = DiskSetting.parse(guest.type(), name, text).storage();
        if (storage != null) {
          storages.add(storage);
        }
      }
    });
    return storages;
  }

  private SortedSet<String> bridges(Map<String, Setting> settings) {
    var bridges = new TreeSet<String>();
    settings.forEach((name, setting) -> {
      GuestKey key = GuestKeys.of(guest.type()).find(name);
      if (key != null
          && key.pattern().equals("net[n]")
          && setting instanceof Setting.Value(String text)) {
        String bridge = PropertyString.parseLeniently(key, text).get("bridge");
        if (bridge != null) {
          bridges.add(bridge);
        }
      }
    });
    return bridges;
  }
}
