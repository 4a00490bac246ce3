/** A node's {@code /etc/network/interfaces}, read and written as Proxmox does it. */
@NullMarked
package pivm.simulator.network;

import org.jspecify.annotations.NullMarked;
