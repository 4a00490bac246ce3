/**
 * A web server on this machine that offers images as the usual mirrors do, and misbehaves on
 * demand: what image synchronisation is tried out against.
 */
@NullMarked
package pivm.simulator.mirror;

import org.jspecify.annotations.NullMarked;
