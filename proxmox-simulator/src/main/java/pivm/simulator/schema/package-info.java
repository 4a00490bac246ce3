/**
 * What the API accepts: paths, methods, parameters with types, bounds and formats, and who may call
 * them, read from a compact table that is derived from the API's own schema.
 */
@NullMarked
package pivm.simulator.schema;

import org.jspecify.annotations.NullMarked;
