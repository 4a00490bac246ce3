/** What several test classes share. */
@NullMarked
package pivm.engine.testing;

import org.jspecify.annotations.NullMarked;
