/** Tests of reading secrets. */
@NullMarked
package pivm.engine.secret;

import org.jspecify.annotations.NullMarked;
