/**
 * Gathers what has to be known about a guest before something destructive is done to it. What it
 * finds is judged and rendered in {@link pivm.engine.rails}; what cannot be read is said.
 */
@NullMarked
package pivm.engine.preflight;

import org.jspecify.annotations.NullMarked;
