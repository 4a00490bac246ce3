/** The way into Proxmox VE on a node itself, as root: its own commands. */
@NullMarked
package pivm.proxmox.command;

import org.jspecify.annotations.NullMarked;
