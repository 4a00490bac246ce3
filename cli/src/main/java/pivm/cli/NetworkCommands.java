package pivm.cli;

import java.util.List;

/** What the command line can do with nodes' networks. */
final class NetworkCommands {

  static List<Entry> entries() {
    return List.of(
        Entry.of(
            "network plan",
            "what differs in the nodes' networks, checked",
            "Changes nothing. With --diff Proxmox writes its own diff, which is taken back at"
                + " once.",
            NetworkPlanCommand::new,
            "pivm network plan",
            "what " + NetworkManifest.FILE + " declares against what is",
            "pivm network plan --diff",
            "with Proxmox's own diff"),
        Entry.of(
            "network apply",
            "apply them, each node with a way back by itself",
            "The node goes back by itself unless the change is confirmed in time, whatever happens"
                + " to PIVM or the connection. Takes a root shell on the node.",
            NetworkApplyCommand::new,
            "pivm network apply",
            "then, from anywhere on the cluster: pivm network confirm NODE",
            "pivm network apply --confirm-when-reachable",
            "keep it once the node answers over a new connection"),
        Entry.of(
            "network confirm",
            "keep a network that was applied",
            "Only while the node answers over a new connection.",
            () -> new NetworkSettleCommand(true),
            "pivm network confirm pve-01",
            "the change on pve-01 stays"),
        Entry.of(
            "network rollback",
            "take a network back that waits to be confirmed, or was confirmed last",
            "One that waits goes back at once. After a confirmed one the network of before comes"
                + " back as a change of its own: asked for, and with its own way back.",
            () -> new NetworkSettleCommand(false),
            "pivm network rollback pve-01",
            "at once, without waiting for the time to be over"));
  }

  private NetworkCommands() {}
}
