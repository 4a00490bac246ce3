package pivm.proxmox.config;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pivm.proxmox.GuestType;
import pivm.proxmox.schema.Authority;
import pivm.proxmox.schema.GuestKey;

/**
 * What it takes to change a key (qemu-server src/PVE/API2/Qemu.pm, {@code
 * check_vm_modify_config_perm} and the checks around it; pve-container src/PVE/LXC.pm, {@code
 * check_ct_modify_config_perm}).
 */
public final class Permissions {

  /**
   * A privilege on a path of the access control tree.
   *
   * @param anyOf one of these is enough
   */
  public record Need(String path, List<String> anyOf) {
    static Need of(String path, String... anyOf) {
      return new Need(path, List.of(anyOf));
    }
  }

  /**
   * What a change takes.
   *
   * @param rootOnly why only root@pam itself, not even with a token, may do it; null when
   *     privileges are enough
   * @param needs all of these
   */
  public record Requirement(@Nullable String rootOnly, List<Need> needs) {
    public Requirement {
      needs = List.copyOf(needs);
    }

    static Requirement root(String why) {
      return new Requirement(why, List.of());
    }
  }

  private final GuestType type;
  private final String guest;
  private final boolean unprivileged;

  private Permissions(GuestType type, String guest, boolean unprivileged) {
    this.type = type;
    this.guest = guest;
    this.unprivileged = unprivileged;
  }

  /**
   * For one guest.
   *
   * @param unprivileged of a container; means nothing for a VM
   */
  public static Permissions of(GuestType type, long vmid, boolean unprivileged) {
    return new Permissions(type, "/vms/" + vmid, unprivileged);
  }

  /**
   * Decides for one key.
   *
   * @param from the value that holds, null when the key is not set
   * @param to the new value, null when the key is removed
   */
  public Requirement toChange(GuestKey key, @Nullable String from, @Nullable String to) {
    return switch (key.authority()) {
      case ROOT_ONLY -> Requirement.root("only root may set " + key.pattern());
      case CLOUD_INIT -> needs(Need.of(guest, "VM.Config.Cloudinit", "VM.Config.Network"));
      case STARTUP -> needs(Need.of(guest, "VM.Config.Options"), Need.of("/", "Sys.Modify"));
      case VM_STATE -> needs(Need.of(guest, "VM.Config.Disk"), Need.of(guest, "VM.PowerMgmt"));
      case SERIAL -> device(key, from, to);
      case USB -> mapped(key, from, to, "/mapping/usb/");
      case PCI -> mapped(key, from, to, "/mapping/pci/");
      case RNG -> generator(key, from, to);
      case DIRECTORY -> directory(key, to == null ? from : to);
      case DRIVE -> drive(key, from, to);
      case MOUNT -> mount(key, to);
      case FEATURES -> features(key, from, to);
      case NETWORK -> network(key, from, to);
      default -> needs(Need.of(guest, key.authority().privilege()));
    };
  }

  private static Requirement needs(Need... needs) {
    return new Requirement(null, List.of(needs));
  }

  private Requirement device(GuestKey key, @Nullable String from, @Nullable String to) {
    String checked = to == null ? from : to;
    return checked == null || checked.equals("socket")
        ? needs(Need.of(guest, Authority.SERIAL.privilege()))
        : Requirement.root("only root may set " + key.pattern() + " for a real device");
  }

  /** Old and new value are both checked when one replaces the other. */
  private Requirement mapped(
      GuestKey key, @Nullable String from, @Nullable String to, String mappings) {
    List<Need> needs = new ArrayList<>();
    needs.add(Need.of(guest, key.authority().privilege()));
    for (String value : present(from, to)) {
      PropertyString parts = PropertyString.parseLeniently(key, value);
      String host = parts.get("host");
      String mapping = parts.get("mapping");
      if (host != null && !host.equalsIgnoreCase("spice")) {
        return Requirement.root(
            "only root may pass through a device that is no mapping (" + key.pattern() + ")");
      }
      if (parts.get("romfile") != null) {
        return Requirement.root("only root may set romfile of " + key.pattern());
      }
      if (mapping != null) {
        needs.add(Need.of(mappings + mapping, "Mapping.Use"));
      }
    }
    return new Requirement(null, needs);
  }

  private Requirement generator(GuestKey key, @Nullable String from, @Nullable String to) {
    List<Need> needs = new ArrayList<>();
    needs.add(Need.of(guest, "VM.Config.HWType"));
    for (String value : present(from, to)) {
      if ("/dev/hwrng".equals(PropertyString.parseLeniently(key, value).get("source"))) {
        needs.add(Need.of("/mapping/hwrng", "Mapping.Use"));
      }
    }
    return new Requirement(null, needs.stream().distinct().toList());
  }

  private Requirement directory(GuestKey key, @Nullable String value) {
    String mapping = value == null ? null : PropertyString.parseLeniently(key, value).get("dirid");
    return mapping == null
        ? needs(Need.of(guest, "VM.Config.Disk"))
        : needs(
            Need.of(guest, "VM.Config.Disk"), Need.of("/mapping/dir/" + mapping, "Mapping.Use"));
  }

  private Requirement drive(GuestKey key, @Nullable String from, @Nullable String to) {
    List<Need> needs = new ArrayList<>();
    for (String value : present(from, to)) {
      String file = PropertyString.parseLeniently(key, value).get("file");
      if (file != null && VolumeRef.parse(file) instanceof VolumeRef.HostPath) {
        return Requirement.root("only root may pass through a path of the node");
      }
      needs.addAll(driveNeeds(key, value));
    }
    needs.addAll(storageNeeds(key, to));
    return new Requirement(null, needs.stream().distinct().toList());
  }

  private List<Need> driveNeeds(GuestKey key, String value) {
    DiskValue disk = DiskValue.parse(key, value);
    if (disk.cloudInit()) {
      return List.of(Need.of(guest, "VM.Config.Cloudinit"), Need.of(guest, "VM.Config.CDROM"));
    }
    return List.of(Need.of(guest, disk.cdrom() ? "VM.Config.CDROM" : "VM.Config.Disk"));
  }

  private static List<Need> storageNeeds(GuestKey key, @Nullable String to) {
    if (to == null) {
      return List.of();
    }
    VolumeRef volume = DiskValue.parse(key, to).volume();
    String storage = volume.storage();
    boolean made = volume instanceof VolumeRef.Allocation || volume instanceof VolumeRef.CloudInit;
    return made && storage != null
        ? List.of(Need.of("/storage/" + storage, "Datastore.AllocateSpace"))
        : List.of();
  }

  private Requirement mount(GuestKey key, @Nullable String to) {
    if (to != null && DiskValue.parse(key, to).volume() instanceof VolumeRef.HostPath path) {
      return Requirement.root(
          (path.device() ? "a device mount" : "a bind mount") + " is only allowed for root");
    }
    List<Need> needs = new ArrayList<>();
    needs.add(Need.of(guest, "VM.Config.Disk"));
    needs.addAll(storageNeeds(key, to));
    return new Requirement(null, needs);
  }

  private Requirement features(GuestKey key, @Nullable String from, @Nullable String to) {
    if (!unprivileged) {
      return Requirement.root("only root may change features of a privileged container");
    }
    var before = new TreeMap<>(featureValues(key, from));
    var after = new TreeMap<>(featureValues(key, to));
    var names = new TreeSet<>(before.keySet());
    names.addAll(after.keySet());
    names.removeIf(name -> before.getOrDefault(name, "").equals(after.getOrDefault(name, "")));
    if (names.stream().anyMatch(name -> !name.equals("nesting"))) {
      return Requirement.root("only root may change features other than nesting");
    }
    return names.isEmpty() ? needs() : needs(Need.of(guest, "VM.Allocate"));
  }

  private static SequencedMap<String, String> featureValues(GuestKey key, @Nullable String value) {
    return PropertyString.parseLeniently(key, value == null ? "" : value).values();
  }

  private Requirement network(GuestKey key, @Nullable String from, @Nullable String to) {
    List<Need> needs = new ArrayList<>();
    needs.add(Need.of(guest, "VM.Config.Network"));
    if (key.parts().containsKey("bridge")) {
      for (String value : present(from, to)) {
        String bridge = PropertyString.parseLeniently(key, value).get("bridge");
        // A VM's old bridge is only checked on removal, a container's always.
        if (bridge != null && (type == GuestType.LXC || to == null || value.equals(to))) {
          needs.add(Need.of("/sdn/zones/localnetwork/" + bridge, "SDN.Use"));
        }
      }
    }
    return new Requirement(null, needs.stream().distinct().toList());
  }

  private static List<String> present(@Nullable String from, @Nullable String to) {
    List<String> present = new ArrayList<>();
    if (from != null) {
      present.add(from);
    }
    if (to != null) {
      present.add(to);
    }
    return present;
  }
}
