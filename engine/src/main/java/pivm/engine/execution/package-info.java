/**
 * Runs reviewed plans: the steps as a graph, each journalled before and after, each resting on what
 * the guest is right before it. What was in flight when a run was killed, or when an answer was
 * lost, is settled from Proxmox's own records before anything is sent again.
 *
 * <p>{@link pivm.engine.execution.Schedule} and {@link pivm.engine.execution.Postcondition} are
 * pure; {@code StepRunner} is one step's life; {@code Settler} finds out what happened.
 */
@NullMarked
package pivm.engine.execution;

import org.jspecify.annotations.NullMarked;
