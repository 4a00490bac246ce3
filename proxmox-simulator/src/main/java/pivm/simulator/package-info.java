/** A simulated Proxmox VE cluster that speaks the real API. */
@NullMarked
package pivm.simulator;

import org.jspecify.annotations.NullMarked;
