/**
 * How Proxmox writes guest configurations: property strings, sizes, volumes, whole configs, files;
 * and when two texts mean the same. Pure functions over {@link pivm.proxmox.schema}.
 */
@NullMarked
package pivm.proxmox.config;

import org.jspecify.annotations.NullMarked;
