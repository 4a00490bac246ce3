@NullMarked
package pivm.simulator.fault;

import org.jspecify.annotations.NullMarked;
