package pivm.simulator.command;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code pvecm}: the cluster as corosync sees it. */
final class Pvecm {
  private final Caller caller;

  Pvecm(Caller caller) {
    this.caller = caller;
  }

  /** Shows the cluster; null for verbs that do more than show. */
  @Nullable Integer run(String verb, Terminal terminal) {
    if (!verb.equals("status") && !verb.equals("nodes")) {
      return null;
    }
    var entries = Lists.docs(caller.ask("GET", "/cluster/status", Map.of()).data());
    if (entries.size() < 2) {
      terminal.err(
          "Error: Corosync config '/etc/pve/corosync.conf' does not exist - is this node part of a cluster?\n");
      return 2;
    }
    if (verb.equals("status")) {
      var cluster = entries.getFirst();
      long nodes = Lists.number(cluster, "nodes");
      boolean quorate = Lists.number(cluster, "quorate") == 1;
      terminal.out(
          "Cluster information\n-------------------\nName:             "
              + cluster.get("name")
              + "\nConfig Version:   "
              + nodes
              + "\nTransport:        knet\nSecure auth:      on\n\n"
              + "Quorum information\n------------------\nNodes:            "
              + nodes
              + "\nQuorate:          "
              + (quorate ? "Yes" : "No")
              + "\n\n");
      terminal.out(
          "Votequorum information\n----------------------\nExpected votes:   "
              + nodes
              + "\nQuorum:           "
              + (nodes / 2 + 1)
              + (quorate ? "" : " Activity blocked")
              + "\n\n");
    }
    terminal.out("Membership information\n----------------------\n    Nodeid      Votes Name\n");
    for (var entry : entries) {
      if ("node".equals(entry.get("type")) && Lists.number(entry, "online") == 1) {
        String local = Lists.number(entry, "local") == 1 ? " (local)" : "";
        terminal.out(
            String.format(
                "%10d %10d %s%s\n", Lists.number(entry, "nodeid"), 1, entry.get("name"), local));
      }
    }
    return 0;
  }
}
