/**
 * Journal and history in one: an append-only file of JSON lines per run, written before and after
 * each step, from which the next run settles what a killed one left in flight, and from which
 * people read what was done, by whom and why. It is a record, never an input to planning.
 */
@NullMarked
package pivm.engine.history;

import org.jspecify.annotations.NullMarked;
