/** Stand-ins for the commands of a node: {@code qm}, {@code pct}, {@code pvesh} and others. */
@NullMarked
package pivm.simulator.command;

import org.jspecify.annotations.NullMarked;
