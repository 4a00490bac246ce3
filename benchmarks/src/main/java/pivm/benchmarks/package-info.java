/**
 * How fast PIVM is: JMH benchmarks of its parts, and the programs that {@code benchmarks/run.sh}
 * measures whole processes with. Nothing here is part of what is installed.
 */
@NullMarked
package pivm.benchmarks;

import org.jspecify.annotations.NullMarked;
