/**
 * How Proxmox writes guest configurations: property strings, sizes, volumes, whole configs, files.
 * Pure.
 */
@NullMarked
package pivm.proxmox.config;

import org.jspecify.annotations.NullMarked;
