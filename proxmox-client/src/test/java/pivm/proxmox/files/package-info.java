/** Tests of reading the cluster file system. */
@NullMarked
package pivm.proxmox.files;

import org.jspecify.annotations.NullMarked;
