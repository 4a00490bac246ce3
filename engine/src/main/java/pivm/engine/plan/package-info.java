/** What is to be done: typed changes, and the ordered steps that bring them about. Pure. */
@NullMarked
package pivm.engine.plan;

import org.jspecify.annotations.NullMarked;
