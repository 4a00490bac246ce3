/**
 * Reads the cluster into an {@link pivm.engine.inventory.Inventory}: over the API, or from the
 * cluster file system. The edge; everything that judges what was read is elsewhere and pure.
 */
@NullMarked
package pivm.engine.observation;

import org.jspecify.annotations.NullMarked;
