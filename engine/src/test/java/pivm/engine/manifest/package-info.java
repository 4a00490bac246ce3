/** Tests of manifests: texts in, records and findings out. */
@NullMarked
package pivm.engine.manifest;

import org.jspecify.annotations.NullMarked;
