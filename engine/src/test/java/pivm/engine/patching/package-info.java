/** Tests of container patching, on the simulated cluster and with real package managers. */
@NullMarked
package pivm.engine.patching;

import org.jspecify.annotations.NullMarked;
