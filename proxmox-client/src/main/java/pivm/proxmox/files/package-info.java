/**
 * The cluster file system {@code /etc/pve}, or a copy of it: every guest's config of the whole
 * cluster, and what the nodes last told of themselves, without a single call. What is not there is
 * unknown, not wrong.
 */
@NullMarked
package pivm.proxmox.files;

import org.jspecify.annotations.NullMarked;
