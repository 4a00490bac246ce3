/**
 * The end-to-end suite: manifests become guests on a cluster, change, and go again; over HTTPS, and
 * by a node's commands and cluster file system. It runs on a simulated cluster in every build, and
 * on a real Proxmox VE where {@code PIVM_E2E_ENDPOINT} or {@code PIVM_E2E_NODE_SHELL} and their
 * companions name one.
 */
@NullMarked
package pivm.e2e;

import org.jspecify.annotations.NullMarked;
