/** The HTTPS front of the simulated cluster. */
@NullMarked
package pivm.simulator.http;

import org.jspecify.annotations.NullMarked;
