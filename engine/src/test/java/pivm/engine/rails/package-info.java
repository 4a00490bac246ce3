/** Tests of the rails, on clusters made up in memory. */
@NullMarked
package pivm.engine.rails;

import org.jspecify.annotations.NullMarked;
