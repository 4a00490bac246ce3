/**
 * Host update: one node after the other is archived, upgraded and, where it needs that, restarted,
 * the next only when the last is back, in quorum and well.
 */
@NullMarked
package pivm.engine.hostupdate;

import org.jspecify.annotations.NullMarked;
