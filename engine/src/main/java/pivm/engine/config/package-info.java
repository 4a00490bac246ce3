/**
 * Settings: what {@code variables.json}, the environment and the command line say, with where each
 * value came from. Pure: texts go in, values and findings come out.
 */
@NullMarked
package pivm.engine.config;

import org.jspecify.annotations.NullMarked;
