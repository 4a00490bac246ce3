/** Tests of the codecs. */
@NullMarked
package pivm.proxmox.config;

import org.jspecify.annotations.NullMarked;
