/** Tests of the package of the same name. */
@NullMarked
package pivm.engine.preflight;

import org.jspecify.annotations.NullMarked;
