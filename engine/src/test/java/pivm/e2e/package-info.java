/**
 * The end-to-end suite: manifests become guests on a cluster behind HTTPS, change, and go again. It
 * runs on a simulated cluster in every build, and on a real Proxmox VE where {@code
 * PIVM_E2E_ENDPOINT} and its companions name one.
 */
@NullMarked
package pivm.e2e;

import org.jspecify.annotations.NullMarked;
