/** The little JSON that the simulator needs: a writer of answers and a reader of request bodies. */
@NullMarked
package pivm.simulator.json;

import org.jspecify.annotations.NullMarked;
