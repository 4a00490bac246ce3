/**
 * Keeps what people have agreed to between one command and the next: questions that were asked,
 * plans that were approved, guests that are held. What they mean is decided in {@link
 * pivm.engine.rails}.
 */
@NullMarked
package pivm.engine.approval;

import org.jspecify.annotations.NullMarked;
