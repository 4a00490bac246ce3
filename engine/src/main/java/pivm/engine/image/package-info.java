/**
 * The kind "images": ISO images, container templates and disk images that manifests declare. What
 * versions mean, what a file name says, which file a listing offers, what differs from what is
 * there. Pure: what it judges is read elsewhere, in {@link pivm.engine.image.source}.
 */
@NullMarked
package pivm.engine.image;

import org.jspecify.annotations.NullMarked;
