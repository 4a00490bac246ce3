@NullMarked
package pivm.simulator.records;

import org.jspecify.annotations.NullMarked;
