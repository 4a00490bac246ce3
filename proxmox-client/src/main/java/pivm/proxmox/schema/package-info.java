/**
 * What Proxmox VE accepts: the config keys of guests and the parameters of API calls, as compact
 * tables that load in a few milliseconds. The tables are made from the schema of a running Proxmox
 * VE, without its descriptions, by the table tools among this module's tests.
 */
@NullMarked
package pivm.proxmox.schema;

import org.jspecify.annotations.NullMarked;
