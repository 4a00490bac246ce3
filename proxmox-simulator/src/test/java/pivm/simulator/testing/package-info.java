@NullMarked
package pivm.simulator.testing;

import org.jspecify.annotations.NullMarked;
