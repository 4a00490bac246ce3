package pivm.engine.inventory;

import org.jspecify.annotations.Nullable;

/**
 * A guest as an HA service.
 *
 * @param state the requested state
 * @param failback null where Proxmox does not say
 */
public record HaResource(
    String state,
    @Nullable Boolean failback,
    @Nullable Integer maxRestart,
    @Nullable Integer maxRelocate) {}
