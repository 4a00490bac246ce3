/** Tests of the way in over HTTPS. */
@NullMarked
package pivm.proxmox.https;

import org.jspecify.annotations.NullMarked;
