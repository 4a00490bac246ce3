/** Tests of set-up and removal. */
@NullMarked
package pivm.engine.setup;

import org.jspecify.annotations.NullMarked;
