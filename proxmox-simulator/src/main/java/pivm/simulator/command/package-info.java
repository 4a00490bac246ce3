/**
 * What a node offers to root: stand-ins for {@code qm}, {@code pct}, {@code pvesh}, {@code pvesm}
 * and {@code pvecm}, and the cluster file system {@code /etc/pve}.
 */
@NullMarked
package pivm.simulator.command;

import org.jspecify.annotations.NullMarked;
