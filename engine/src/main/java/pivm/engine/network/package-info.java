/**
 * The kind "network": what a node's interfaces, name servers and hosts file are and should be, what
 * differs, whether the result would leave the node reachable, and in which order Proxmox is told.
 * Pure; asking and applying is the part of {@code pivm.engine.network.live}.
 */
@NullMarked
package pivm.engine.network;

import org.jspecify.annotations.NullMarked;
