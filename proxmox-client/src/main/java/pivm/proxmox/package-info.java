/**
 * Client library for the Proxmox VE API: calls, tasks, errors and config codecs. It knows nothing
 * of PIVM.
 */
@NullMarked
package pivm.proxmox;

import org.jspecify.annotations.NullMarked;
