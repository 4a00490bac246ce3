package pivm.e2e;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where on a cluster the suite works, within a range of VMIDs.
 *
 * @param node where guests are made
 * @param firstId first VMID of the range
 * @param lastId last VMID of the range
 * @param vmStorage for VM disks
 * @param ctStorage for container volumes
 * @param ctTemplate a volume id
 * @param importImage volume id of a disk image; null to skip what needs one
 */
record Place(
    String node,
    int firstId,
    int lastId,
    String vmStorage,
    String ctStorage,
    String ctTemplate,
    @Nullable String importImage) {

  /** On every simulated cluster. */
  static final Place SIMULATED =
      new Place(
          "pve-1",
          9100,
          9199,
          "local",
          "local-lvm",
          "local:vztmpl/debian-13-standard_13.1-2_amd64.tar.zst",
          "local:import/debian-13-cloud.qcow2");

  /** As the environment names it. */
  static Place of(Map<String, String> environment) {
    String[] range = needed(environment, "VMIDS").split("-");
    return new Place(
        needed(environment, "NODE"),
        Integer.parseInt(range[0]),
        Integer.parseInt(range[range.length - 1]),
        needed(environment, "VM_STORAGE"),
        needed(environment, "CT_STORAGE"),
        needed(environment, "CT_TEMPLATE"),
        environment.get("PIVM_E2E_IMPORT"));
  }

  static String needed(Map<String, String> environment, String name) {
    String value = environment.get("PIVM_E2E_" + name);
    if (value == null) {
      throw new IllegalStateException(
          "a real Proxmox VE is named, so PIVM_E2E_" + name + " has to be set as well");
    }
    return value;
  }

  boolean holds(int vmid) {
    return vmid >= firstId && vmid <= lastId;
  }
}
