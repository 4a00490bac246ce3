/** A small JSON tree on Jackson's streaming parser: no reflection, so that commands start fast. */
@NullMarked
package pivm.proxmox.json;

import org.jspecify.annotations.NullMarked;
