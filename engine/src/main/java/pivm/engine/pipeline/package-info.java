/**
 * The one way from manifests to a changed cluster: observe, plan, judge, execute, verify. Every
 * face (command line, timers, assistants) goes through {@link pivm.engine.pipeline.Pipeline}.
 */
@NullMarked
package pivm.engine.pipeline;

import org.jspecify.annotations.NullMarked;
