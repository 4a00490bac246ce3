/** What users of other Proxmox tools suffer from, each as a test that PIVM passes. */
@NullMarked
package pivm.lessons;

import org.jspecify.annotations.NullMarked;
