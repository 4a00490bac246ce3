package pivm.engine.rails;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import pivm.engine.inventory.Inventory;
import pivm.engine.inventory.ObservedGuest;
import pivm.engine.inventory.Storage;
import pivm.engine.manifest.DiskSetting;
import pivm.engine.manifest.DiskSetting.CdRom;
import pivm.proxmox.GuestType;
import pivm.proxmox.config.Flags;
import pivm.proxmox.config.GuestConfig;

/**
 * What keeps Proxmox from moving a guest to another node, as far as its configuration says so.
 *
 * <p>Of VMs from qemu-server: src/PVE/QemuMigrate.pm {@code prepare} and {@code
 * scan_local_volumes}, src/PVE/QemuServer.pm {@code check_storage_availability}. A volume on a
 * storage of the node is copied along, attached or unused, a cloud-init drive too; of a running VM
 * that takes {@code with-local-disks}, which PIVM always sends. Never copied are the medium of a
 * CD-ROM drive, a file or device of the node unless marked {@code shared}, a linked clone, a base
 * that linked clones rest on, another guest's volume.
 *
 * <p>Of containers from pve-container, src/PVE/LXC/Migrate.pm {@code prepare} and {@code phase1}:
 * the same of volumes; a bind or device mount point must be marked {@code shared}. A running one
 * takes {@code restart}, and where its volumes can't be copied Proxmox finds that out after it has
 * shut it down.
 *
 * <p>Devices are judged by {@link MovedDevices}, snapshots by {@link SnapshotRail}. What only the
 * nodes know (resource mappings, replication) is left to Proxmox.
 */
public final class MoveAbility {
  /** The storages whose volumes {@code pvesm export} copies to another node. */
  private static final Set<String> COPIED = Set.of("dir", "btrfs", "zfspool", "lvmthin", "lvm");

  private static final Pattern OWNER =
      Pattern.compile("(?:^|[:/])(?:vm|base|subvol|basevol)-(\\d+)-[^/]*$");
  private static final Pattern LINKED = Pattern.compile("(?:^|[:/])(?:base|basevol)-\\d+-[^/]*/");

  private final ObservedGuest guest;
  private final String target;
  private final Inventory inventory;
  private final List<Hindrance> found = new ArrayList<>();

  /**
   * Something that has to be changed first.
   *
   * @param why what holds what: {@code ide2 holds local:iso/debian.iso, which only …}
   * @param remedy what to do
   */
  public record Hindrance(String key, String why, String remedy) {

    public String sentence() {
      return why + "; " + remedy;
    }
  }

  private MoveAbility(ObservedGuest guest, String target, Inventory inventory) {
    this.guest = guest;
    this.target = target;
    this.inventory = inventory;
  }

  /**
   * @param config what it will have when it is moved
   * @param running whether it runs when it is moved
   */
  public static List<Hindrance> hindrances(
      ObservedGuest guest,
      GuestConfig config,
      boolean running,
      String target,
      Inventory inventory) {
    var ability = new MoveAbility(guest, target, inventory);
    config.values().forEach(ability::disk);
    if (guest.type() == GuestType.QEMU) {
      // Proxmox looks at what waits to be plugged in too.
      config
          .pending()
          .forEach((key, waiting) -> {
            if (waiting.value() != null && !waiting.value().equals(config.value(key))) {
              ability.disk(key, waiting.value());
            }
          });
      ability.found.addAll(new MovedDevices(config, running, guest.ha() != null).hindrances());
    }
    return List.copyOf(ability.found);
  }

  private void disk(String key, String value) {
    if (!DiskSetting.isDisk(guest.type(), key)) {
      return;
    }
    GuestDisk disk = GuestDisk.read(guest.type(), key, value);
    switch (disk.setting()) {
      case null -> {}
      case CdRom(CdRom.Medium medium, var options) -> drive(key, medium, options.get("shared"));
      case DiskSetting.Passthrough(String path, var options) ->
          path(key, path, options.get("shared"));
      case DiskSetting.BindMount(String path, var options) ->
          path(key, path, options.get("shared"));
      case DiskSetting.Attach _ -> volume(disk);
      case DiskSetting.Allocate(String storage, _, _) -> place(key, storage, content());
      case DiskSetting.Import(String storage, _, _, _) -> place(key, storage, content());
    }
  }

  private void drive(String key, CdRom.Medium medium, @Nullable String shared) {
    switch (medium) {
      case CdRom.Empty() -> {}
      case CdRom.HostDrive() ->
          found.add(new Hindrance(key, key + " is the CD-ROM drive of " + node(), empty(key)));
      case CdRom.CloudInit(String storage) -> place(key, storage, "images");
      case CdRom.Image(String volume) -> {
        if (volume.startsWith("/")) {
          path(key, volume, shared);
        } else {
          image(key, volume, volume.substring(0, volume.indexOf(':')));
        }
      }
    }
  }

  private void image(String key, String volume, String storage) {
    Storage on = inventory.storage(storage);
    if (on == null) {
      return;
    }
    if (!on.onNode(target)) {
      found.add(
          new Hindrance(
              key,
              key + " holds " + volume + ", and " + target + " has no storage " + storage,
              empty(key)));
    } else if (!on.shared()) {
      found.add(
          new Hindrance(
              key,
              key
                  + " holds "
                  + volume
                  + ", which lies on a storage of "
                  + node()
                  + " alone, and Proxmox copies no CD-ROM image",
              empty(key) + ", or put the image on shared storage"));
    }
  }

  private static String empty(String key) {
    return "empty the drive first (\"" + key + "\": \"none,media=cdrom\")";
  }

  private void path(String key, String path, @Nullable String shared) {
    if (!Flags.isOn(shared)) {
      found.add(
          new Hindrance(
              key,
              key + " is " + path + " of " + node(),
              "take it out first, or mark it shared=1 if " + target + " has the same"));
    }
  }

  private void volume(GuestDisk disk) {
    String key = disk.key();
    String storage = disk.storage();
    Storage on = storage == null ? null : inventory.storage(storage);
    if (storage == null || on == null || !place(key, storage, content()) || on.shared()) {
      return;
    }
    String volume = disk.volume();
    Matcher owner = OWNER.matcher(volume);
    String why = null;
    if (!COPIED.contains(on.type())) {
      why = "which is local, and Proxmox copies nothing of the type " + on.type();
    } else if (LINKED.matcher(volume).find()) {
      why = "a linked clone on local storage, which Proxmox does not copy";
    } else if (owner.find() && !owner.group(1).equals(String.valueOf(guest.vmid()))) {
      why = "which belongs to the guest " + owner.group(1);
    } else if (guest.type() == GuestType.QEMU && disk.isBase() && hasClones()) {
      why = "which linked clones rest on";
    }
    if (why != null) {
      found.add(
          new Hindrance(
              key,
              key + " is " + volume + ", " + why,
              "move that disk to shared storage, or detach it first"));
    }
  }

  private boolean hasClones() {
    return !Dependents.linkedClones(guest.vmid(), inventory).isEmpty();
  }

  /** Whether the target has the storage; says so where not. */
  private boolean place(String key, String storage, String content) {
    Storage on = inventory.storage(storage);
    if (on == null) {
      return true;
    }
    String why =
        !on.onNode(target)
            ? "and " + target + " has no storage " + storage
            : !on.content().contains(content)
                ? "which may not hold that (its content lacks " + content + ")"
                : null;
    if (why != null) {
      found.add(
          new Hindrance(
              key,
              key + " lies on " + storage + ", " + why,
              "move it to a storage that both nodes have first"));
    }
    return why == null;
  }

  private String content() {
    return guest.type() == GuestType.LXC ? "rootdir" : "images";
  }

  private String node() {
    return guest.node();
  }
}
