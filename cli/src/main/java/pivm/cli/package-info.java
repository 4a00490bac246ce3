/** Commands, progress and output; wires the other modules together. */
@NullMarked
package pivm.cli;

import org.jspecify.annotations.NullMarked;
