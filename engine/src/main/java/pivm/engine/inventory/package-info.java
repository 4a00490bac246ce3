/**
 * What is there: the observed cluster as immutable records. Pure; the reading of it is at the edge,
 * in {@code pivm.engine.observation}.
 */
@NullMarked
package pivm.engine.inventory;

import org.jspecify.annotations.NullMarked;
