@NullMarked
package pivm.simulator;

import org.jspecify.annotations.NullMarked;
