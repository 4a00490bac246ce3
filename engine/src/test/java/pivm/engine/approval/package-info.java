/** Tests of the package of the same name. */
@NullMarked
package pivm.engine.approval;

import org.jspecify.annotations.NullMarked;
