/** From manifests to a reviewed plan and its execution. */
@NullMarked
package pivm.engine;

import org.jspecify.annotations.NullMarked;
