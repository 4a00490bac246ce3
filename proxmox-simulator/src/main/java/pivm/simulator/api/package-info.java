/** The calls of the API, one class for each area, and how a call finds its way to them. */
@NullMarked
package pivm.simulator.api;

import org.jspecify.annotations.NullMarked;
