/**
 * The state of the simulated cluster (nodes, guests, storages, tasks, users) and the rules that
 * hold whichever call changes it.
 */
@NullMarked
package pivm.simulator.state;

import org.jspecify.annotations.NullMarked;
