package pivm.engine.setup;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import pivm.engine.manifest.DesiredImages;

/** The role of PIVM's user: the least that its work takes, and what single kinds of work add. */
public final class PivmRole {
  public static final String NAME = "PIVM";

  /** Enough to create, change, snapshot, back up and destroy guests of both types. */
  public static final List<String> PRIVILEGES =
      List.of(
          "Datastore.AllocateSpace",
          "Datastore.AllocateTemplate",
          "Datastore.Audit",
          "Pool.Audit",
          "SDN.Use",
          "Sys.Audit",
          "VM.Allocate",
          "VM.Audit",
          "VM.Backup",
          "VM.Clone",
          "VM.Config.CDROM",
          "VM.Config.CPU",
          "VM.Config.Cloudinit",
          "VM.Config.Disk",
          "VM.Config.HWType",
          "VM.Config.Memory",
          "VM.Config.Network",
          "VM.Config.Options",
          "VM.GuestAgent.Audit",
          "VM.Migrate",
          "VM.PowerMgmt",
          "VM.Snapshot",
          "VM.Snapshot.Rollback");

  /** Privileges that not every cluster needs, with what needs them. */
  public static final SequencedMap<String, String> OPTIONAL = optional();

  private static SequencedMap<String, String> optional() {
    var uses = new LinkedHashMap<String, String>();
    uses.put("Sys.Console", "HA resources and rules");
    uses.put("Sys.Modify", "start order of VMs, host network, package lists");
    uses.put("Sys.PowerMgmt", "rebooting a host");
    uses.put("Sys.AccessNetwork", "images that the node downloads by itself");
    uses.put("Pool.Allocate", "putting guests into pools");
    uses.put("Datastore.Allocate", "seeing left-over volumes of others, deleting images");
    uses.put("Mapping.Use", "mapped PCI and USB devices");
    uses.put("VM.GuestAgent.Unrestricted", "services inside VMs");
    return Collections.unmodifiableSequencedMap(uses);
  }

  /**
   * What declared images take beyond the least. Deleting is not part of it: on the whole cluster it
   * would let storages be redefined, so it is granted on single ones.
   */
  public static List<String> forImages(DesiredImages declared) {
    return declared.images().isEmpty() ? List.of() : List.of("Sys.AccessNetwork");
  }

  private PivmRole() {}
}
