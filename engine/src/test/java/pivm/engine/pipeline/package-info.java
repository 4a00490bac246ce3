/** The whole way from a manifest to a changed cluster, on a simulated one. */
@NullMarked
package pivm.engine.pipeline;

import org.jspecify.annotations.NullMarked;
