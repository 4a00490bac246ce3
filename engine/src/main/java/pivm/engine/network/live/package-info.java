/**
 * Networks of running nodes: reading them, writing what is pending, applying it with a way back.
 */
@NullMarked
package pivm.engine.network.live;

import org.jspecify.annotations.NullMarked;
