/** Tests. */
@NullMarked
package pivm.engine.execution;

import org.jspecify.annotations.NullMarked;
