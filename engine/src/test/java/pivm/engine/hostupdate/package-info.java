/** Tests of host update on the simulated cluster. */
@NullMarked
package pivm.engine.hostupdate;

import org.jspecify.annotations.NullMarked;
