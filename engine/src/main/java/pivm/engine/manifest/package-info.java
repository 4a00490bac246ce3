/**
 * What is desired: manifests as people write them, read into {@link pivm.engine.manifest.Desired}.
 * Pure: texts go in, records and findings come out.
 */
@NullMarked
package pivm.engine.manifest;

import org.jspecify.annotations.NullMarked;
