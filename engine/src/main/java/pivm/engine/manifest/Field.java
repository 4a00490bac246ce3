package pivm.engine.manifest;

import java.util.Set;
import pivm.proxmox.GuestType;

/**
 * Something that an entry may say.
 *
 * @param name with {@code [n]} at the end where a number follows
 * @param types the kinds of guest that may say it
 * @param nullable whether null, must not be set, makes sense
 * @param description for people who edit a manifest
 */
record Field(
    String name, Shape shape, Set<GuestType> types, boolean nullable, String description) {}
