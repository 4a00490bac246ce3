package pivm.contract;

import pivm.proxmox.Proxmox;

/**
 * Where the contract is shown.
 *
 * @param firstVmid the first of ten free ids that the tests may use and leave free again
 * @param vmStorage takes disks of VMs
 * @param containerStorage takes disks of containers and can snapshot them
 * @param template of a small container
 * @param root whether the way in acts as root@pam itself
 */
record Stage(
    Proxmox proxmox,
    String node,
    int firstVmid,
    String vmStorage,
    String containerStorage,
    String template,
    boolean root)
    implements AutoCloseable {

  @Override
  public void close() {
    proxmox.close();
  }
}
