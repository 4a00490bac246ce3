/** Tests of the client library. */
@NullMarked
package pivm.proxmox;

import org.jspecify.annotations.NullMarked;
