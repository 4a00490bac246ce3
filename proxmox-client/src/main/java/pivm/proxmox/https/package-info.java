/** The way into Proxmox VE over its HTTPS API. */
@NullMarked
package pivm.proxmox.https;

import org.jspecify.annotations.NullMarked;
