@NullMarked
package pivm.simulator.schema;

import org.jspecify.annotations.NullMarked;
