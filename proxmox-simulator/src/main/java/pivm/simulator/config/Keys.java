package pivm.simulator.config;

import java.util.regex.Pattern;

/** Which configuration keys are disks, networks and the like. */
public final class Keys {
  private static final Pattern QEMU_DRIVE =
      Pattern.compile("(?:ide|sata|scsi|virtio)\\d+|efidisk0|tpmstate0");
  private static final Pattern LXC_VOLUME = Pattern.compile("rootfs|mp\\d+");
  private static final Pattern UNUSED = Pattern.compile("unused\\d+");
  private static final Pattern NET = Pattern.compile("net\\d+");

  private Keys() {}

  /** Disks and CD-ROMs of VMs; root file system and mount points of containers. */
  public static boolean isDrive(Kind kind, String key) {
    return (kind == Kind.QEMU ? QEMU_DRIVE : LXC_VOLUME).matcher(key).matches();
  }

  public static boolean isUnused(String key) {
    return UNUSED.matcher(key).matches();
  }

  public static boolean isNet(String key) {
    return NET.matcher(key).matches();
  }

  /** Whether the key holds a volume in any way. */
  public static boolean holdsVolume(Kind kind, String key) {
    return isDrive(kind, key) || isUnused(key) || key.equals("vmstate");
  }
}
