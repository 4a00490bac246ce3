package pivm.proxmox.schema;

/**
 * Which rule decides whether a change takes effect on a running guest at once or stays pending
 * until it is stopped. A stopped guest takes every change at once.
 *
 * <p>From {@code vmconfig_hotplug_pending} of qemu-server (src/PVE/QemuServer.pm) and pve-container
 * (src/PVE/LXC/Config.pm), and measured on running guests.
 */
public enum Apply {
  /** At once. */
  LIVE,
  /** Never before the guest is stopped. */
  PENDING,
  /** The config at once; the guest sees it once its cloud-init drive is made anew. */
  CLOUD_INIT,
  /** Pending, except that only {@code fstrim_cloned_disks} differs. */
  AGENT,
  /** At once, unless the balloon device is switched on or off. */
  BALLOON,
  /** At once, unless the old or new value holds memory or cpu. */
  HOTPLUG,
  /** At once with hotplug feature usb. */
  TABLET,
  /** At once with hotplug feature cpu. */
  VCPUS,
  /** At once with hotplug feature memory, which needs numa. */
  VM_MEMORY,
  /** By part: a VM's network card. */
  VM_NET,
  /** By part: a disk of a bus that takes new disks while running. */
  DISK,
  /** By part: a disk of a bus that never takes or gives up a disk while running. */
  FIXED_DISK,
  /** At once with hotplug feature usb on an operating system that can. */
  USB,
  /** A new one at once; a change or removal pending. */
  NEW_ONLY,
  /** At once, but can't be removed. */
  CT_MEMORY,
  /** A container's network card: at once; removal only of the first ten. */
  CT_NET,
  /** Removal at once. */
  REMOVAL
}
