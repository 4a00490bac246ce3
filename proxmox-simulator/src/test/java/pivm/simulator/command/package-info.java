@NullMarked
package pivm.simulator.command;

import org.jspecify.annotations.NullMarked;
