/** Faults on demand: what goes wrong, and when. */
@NullMarked
package pivm.simulator.fault;

import org.jspecify.annotations.NullMarked;
