package pivm.proxmox.schema;

import org.jspecify.annotations.Nullable;

/**
 * One part of a property string.
 *
 * @param required whether a property string without it is refused
 * @param defaultKey whether it may be written without its name
 * @param alias the part that this name is another spelling of
 * @param keyAlias the part whose value is this name: in {@code virtio=MAC} the name {@code virtio}
 *     is the value of {@code model}, and MAC that of the alias {@code macaddr}
 * @param requires another part that has to be there as well
 * @param createOnly accepted in calls only, never kept in the config ({@code import-from})
 */
public record SubKey(
    String name,
    Constraint constraint,
    boolean required,
    boolean defaultKey,
    @Nullable String alias,
    @Nullable String keyAlias,
    @Nullable String requires,
    boolean createOnly) {}
