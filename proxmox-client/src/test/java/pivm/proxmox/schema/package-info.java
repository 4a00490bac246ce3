/** The tools that make the tables, and the tests of them. */
@NullMarked
package pivm.proxmox.schema;

import org.jspecify.annotations.NullMarked;
