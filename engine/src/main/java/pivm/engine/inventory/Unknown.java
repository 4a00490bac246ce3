package pivm.engine.inventory;

/**
 * Something that could not be seen.
 *
 * @param subject {@code node pve-03}, {@code storage nfs on pve-02}, {@code lxc 210}
 * @param reason why, in Proxmox's words where it has any
 */
public record Unknown(String subject, String reason) {}
