@NullMarked
package pivm.simulator.http;

import org.jspecify.annotations.NullMarked;
