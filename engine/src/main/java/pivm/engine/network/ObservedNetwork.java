package pivm.engine.network;

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
 */
public record ObservedNetwork(
    NodeNetwork network,
    @Nullable String foreign,
    @Nullable String ours,
    NodeNetwork.@Nullable Dns dns,
    @Nullable HostsFile hosts,
    NodeFacts facts) {}
