/**
 * The safety rails: pure functions from a plan and the projected situation to verdicts. Only they
 * make a {@link pivm.engine.rails.ReviewedPlan}, the one thing that can be executed.
 */
@NullMarked
package pivm.engine.rails;

import org.jspecify.annotations.NullMarked;
