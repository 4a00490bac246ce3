/**
 * Set-up and removal: the parts that make PIVM at home on a machine (folders, the tree of
 * manifests, units and timers, a Proxmox user with a role and a token), each with how it is looked
 * at, made and taken away, and the record of what was made, so that removal takes exactly that.
 */
@NullMarked
package pivm.engine.setup;

import org.jspecify.annotations.NullMarked;
