/** Tests. */
@NullMarked
package pivm.engine.history;

import org.jspecify.annotations.NullMarked;
