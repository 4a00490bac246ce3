/**
 * The kind "guests": how declared VMs and containers are compared with what is there and turned
 * into steps. Pure.
 */
@NullMarked
package pivm.engine.guest;

import org.jspecify.annotations.NullMarked;
