package pivm.proxmox.schema;

/**
 * Who may set a key: a rule where the value decides, else a privilege on {@code /vms/VMID}.
 *
 * <p>From {@code check_vm_modify_config_perm} of qemu-server (src/PVE/API2/Qemu.pm) and {@code
 * check_ct_modify_config_perm} of pve-container (src/PVE/LXC.pm).
 */
public enum Authority {
  CPU("VM.Config.CPU"),
  MEMORY("VM.Config.Memory"),
  HARDWARE("VM.Config.HWType"),
  OPTIONS("VM.Config.Options"),
  POWER("VM.PowerMgmt"),
  DISK("VM.Config.Disk"),
  NETWORK("VM.Config.Network"),
  /** Either of cloud-init and network. */
  CLOUD_INIT("VM.Config.Cloudinit"),
  /** Options of the VM, and Sys.Modify on {@code /}. */
  STARTUP("VM.Config.Options"),
  /** Tags: options, and what the datacenter's tag settings allow. */
  TAGS("VM.Config.Options"),
  /** A drive: disk, CD-ROM or cloud-init by its value. */
  DRIVE("VM.Config.Disk"),
  /** A socket takes the hardware privilege, a real device root. */
  SERIAL("VM.Config.HWType"),
  /** Spice takes the hardware privilege, a mapping Mapping.Use too, a real device root. */
  USB("VM.Config.HWType"),
  /** A mapping takes the hardware privilege and Mapping.Use, a real device root. */
  PCI("VM.Config.HWType"),
  /** Hardware, and Mapping.Use on {@code /mapping/hwrng} for the host's generator. */
  RNG("VM.Config.HWType"),
  /** Disk, and Mapping.Use on the directory mapping. */
  DIRECTORY("VM.Config.Disk"),
  /** Disk for a volume; root for a bind or device mount. */
  MOUNT("VM.Config.Disk"),
  /** VM.Allocate for nesting of an unprivileged container; root for any other. */
  FEATURES("VM.Allocate"),
  /** Disk and power. */
  VM_STATE("VM.Config.Disk"),
  /** Only root@pam itself, not even its tokens. */
  ROOT_ONLY("");

  private final String privilege;

  Authority(String privilege) {
    this.privilege = privilege;
  }

  /** The privilege that is needed in the plain case; empty where none is enough. */
  public String privilege() {
    return privilege;
  }
}
