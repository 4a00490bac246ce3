/** Tests of the nodes' networks. */
@NullMarked
package pivm.engine.network;

import org.jspecify.annotations.NullMarked;
