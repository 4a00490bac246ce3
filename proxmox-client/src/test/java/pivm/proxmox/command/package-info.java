/** Tests of the way in by a node's commands. */
@NullMarked
package pivm.proxmox.command;

import org.jspecify.annotations.NullMarked;
