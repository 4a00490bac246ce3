package pivm.engine.inventory;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a guest.
 *
 * @param taken null when Proxmox does not say
 * @param parent the snapshot that it follows; null for the first
 * @param withMemory whether it holds the RAM too
 * @param state {@code prepare} or {@code delete} when an earlier task died in the middle, else null
 */
public record Snapshot(
    String name,
    @Nullable Instant taken,
    String description,
    @Nullable String parent,
    boolean withMemory,
    @Nullable String state) {}
