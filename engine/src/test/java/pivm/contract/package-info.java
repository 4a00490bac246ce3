/** What the client promises, shown on every way in: the simulated cluster and any real one. */
@NullMarked
package pivm.contract;

import org.jspecify.annotations.NullMarked;
