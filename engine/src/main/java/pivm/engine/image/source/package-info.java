/**
 * Images at the edge: reading web pages that offer them, fetching them into a cache, verifying and
 * unpacking them, bringing them onto Proxmox's storages, and the record of what was brought.
 */
@NullMarked
package pivm.engine.image.source;

import org.jspecify.annotations.NullMarked;
