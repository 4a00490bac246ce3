/** Tests of planning guests: manifests in, plans out. */
@NullMarked
package pivm.engine.guest;

import org.jspecify.annotations.NullMarked;
