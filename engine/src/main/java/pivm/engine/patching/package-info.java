/**
 * Container patching: which containers, in what order, and the work itself. A script does it inside
 * the container, apart from whoever started it; this starts it once, follows it, and tells what
 * came of it.
 */
@NullMarked
package pivm.engine.patching;

import org.jspecify.annotations.NullMarked;
