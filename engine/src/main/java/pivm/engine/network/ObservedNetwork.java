package pivm.engine.network;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of one node's network.
 *
 * @param network as configured; with {@code ours} as it was before PIVM's own pending changes
 * @param foreign Proxmox's diff of pending changes that PIVM did not write; null when there are
 *     none
 * @param ours Proxmox's diff of pending changes that PIVM wrote earlier; null when there are none
 * @param dns null when not read
 * @param hosts null when not read
 * @param preflight what a person has to know of the node before its interfaces are changed, one
 *     fact each; empty when they are not
 */
public record ObservedNetwork(
    NodeNetwork network,
    @Nullable String foreign,
    @Nullable String ours,
    NodeNetwork.@Nullable Dns dns,
    @Nullable HostsFile hosts,
    NodeFacts facts,
    List<String> preflight) {
  public ObservedNetwork {
    preflight = List.copyOf(preflight);
  }

  public ObservedNetwork(
      NodeNetwork network,
      @Nullable String foreign,
      @Nullable String ours,
      NodeNetwork.@Nullable Dns dns,
      @Nullable HostsFile hosts,
      NodeFacts facts) {
    this(network, foreign, ours, dns, hosts, facts, List.of());
  }

  public ObservedNetwork withPreflight(List<String> lines) {
    return new ObservedNetwork(network, foreign, ours, dns, hosts, facts, lines);
  }
}
