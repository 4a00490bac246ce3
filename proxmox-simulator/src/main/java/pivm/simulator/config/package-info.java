/**
 * Guest configurations as Proxmox keeps them: values, pending changes and snapshots, and the text
 * of the files under {@code /etc/pve/nodes}.
 */
@NullMarked
package pivm.simulator.config;

import org.jspecify.annotations.NullMarked;
