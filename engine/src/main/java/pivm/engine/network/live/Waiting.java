package pivm.engine.network.live;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.engine.network.WayBack;
import pivm.proxmox.ProxmoxException;
import pivm.proxmox.command.NodeShell;

/**
 * A network change that somebody still has to do something about.
 *
 * @param applied whether it is in use and goes back unless it is confirmed; else it is only written
 *     as pending
 * @param left seconds until it goes back; null when not known, or not applied
 */
public record Waiting(String node, boolean applied, @Nullable Integer left) {

  /** In a sentence. */
  public String words() {
    if (!applied) {
      return "network of "
          + node
          + ": what PIVM wrote as pending is not applied, and a restart would take it into use;"
          + " pivm network apply";
    }
    return "network of "
        + node
        + " goes back "
        + (left == null ? "soon" : "in " + left + " s")
        + " unless: pivm network confirm "
        + node;
  }

  /**
   * Looks at the nodes that PIVM has changed from here, and at its own.
   *
   * @param local the node that this runs on; null for none
   */
  public static List<Waiting> look(
      Networks networks, StagedStore store, NodeBack back, NodeShell shell, @Nullable String local)
      throws InterruptedException {
    SortedSet<String> staged = store.nodes();
    var nodes = new TreeSet<>(staged);
    if (local != null) {
      nodes.add(local);
    }
    List<Waiting> waiting = new ArrayList<>();
    for (String node : nodes) {
      Waiting one = shell.reaches(node) ? armed(node, back) : null;
      if (one == null && staged.contains(node)) {
        one = pending(node, networks, store);
      }
      if (one != null) {
        waiting.add(one);
      }
    }
    return waiting;
  }

  private static @Nullable Waiting armed(String node, NodeBack back) throws InterruptedException {
    try {
      WayBack.Status status = back.status(node);
      return status.state() == WayBack.State.ARMED ? new Waiting(node, true, status.left()) : null;
    } catch (NodeBack.Refused notKnown) {
      return null;
    }
  }

  private static @Nullable Waiting pending(String node, Networks networks, StagedStore store)
      throws InterruptedException {
    try {
      StagedStore.Staged ours = store.of(node);
      return ours != null && ours.is(networks.read(node).pending())
          ? new Waiting(node, false, null)
          : null;
    } catch (ProxmoxException cannotBeSeen) {
      return null;
    }
  }
}
